"""Endpoints about appointments, modules and readiness."""
