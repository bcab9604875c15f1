"""What the prescriber evaluates, decides, plans and orders."""
