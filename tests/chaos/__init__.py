"""What becomes of what we promised when parts of the house die."""
