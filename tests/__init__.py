"""Is it true, what the house says of itself?"""
