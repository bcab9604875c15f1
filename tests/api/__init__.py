"""What does the API answer, to whom?"""
