"""Does the API of this group speak as it should?"""
