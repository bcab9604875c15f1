"""Who may do what, to whom, in which state? One line for every operation, written by hand."""
