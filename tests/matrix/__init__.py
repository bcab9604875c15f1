"""Who may do what, to whom, in which state? Every cell of it, asked over HTTP."""
