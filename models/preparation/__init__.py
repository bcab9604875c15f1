"""Tables about meetings and readiness."""
