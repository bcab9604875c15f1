"""Who does the corresponding requests, each on the same small schema, with the same answers?"""
