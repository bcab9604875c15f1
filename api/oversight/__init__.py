"""Endpoints about harm, holds, escalations and who sees what needs them."""
