"""The acceptance scenarios of the clinical safety officer, by number, told through HTTP."""
