"""Endpoints about follow-ups, coaching and goals."""
