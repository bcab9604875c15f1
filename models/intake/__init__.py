"""Tables about what the patient told us and agreed to."""
