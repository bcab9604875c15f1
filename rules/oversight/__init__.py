"""Rules about harm, holds and who is told."""
