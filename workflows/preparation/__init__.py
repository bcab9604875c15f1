"""How everybody gets ready."""
