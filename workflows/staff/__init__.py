"""Who works here, for whom, and what becomes of their work when they go."""
