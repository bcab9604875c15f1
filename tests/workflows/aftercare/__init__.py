"""Do these workflows keep what they promise?"""
