"""Does the house keep its own rules?"""
