"""One function for each thing a person does: this, then that, or nothing."""
