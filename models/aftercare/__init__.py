"""Tables about what follows a dose."""
