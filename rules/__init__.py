"""What is safe: data and pure functions that a clinician can read, dispute and sign."""
