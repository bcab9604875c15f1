"""Rules about being ready."""
