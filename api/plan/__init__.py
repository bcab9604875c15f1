"""Endpoints about evaluation, approval, plans, orders and products."""
