"""Endpoints about intake, instruments, screening and consent."""
