"""Rules about who may be treated at home."""
