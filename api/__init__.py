"""HTTP and JSON around the workflows: nothing clinical is decided here."""
