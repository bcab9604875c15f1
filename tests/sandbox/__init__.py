"""A house of its own where nobody is real and the clock moves."""
