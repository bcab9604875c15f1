"""Rules about the dose itself, at home and in the office."""
