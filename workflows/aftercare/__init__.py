"""What follows a dose."""
