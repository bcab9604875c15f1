"""What clients say and hear about a dose, at home and in the office."""
