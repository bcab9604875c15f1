"""What the patient tells us, what is scored, what is agreed."""
