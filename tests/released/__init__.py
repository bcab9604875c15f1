"""What did the database of each released version look like, with people in it?"""
