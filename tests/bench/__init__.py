"""Does the comparison still do what it says, on a small scale and without a look at the time?"""
