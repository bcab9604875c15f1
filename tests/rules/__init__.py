"""Are the clinical rules right? Tables: one clear patient, one changed fact a row."""
