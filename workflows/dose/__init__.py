"""What happens on the evening of a dose, at home and in the office."""
