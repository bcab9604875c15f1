"""Rules about what follows a dose."""
