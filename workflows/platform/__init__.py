"""What does every workflow stand on: one transaction, one clock, one set of settings?"""
