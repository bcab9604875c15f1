"""How fast is the house beside others that do the same, on one machine and one PostgreSQL?"""
