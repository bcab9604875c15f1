"""The HTTP face of a sandbox: served there, and nowhere else."""
