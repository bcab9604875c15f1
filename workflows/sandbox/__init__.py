"""What happens in a sandbox, where the clock can be moved and nobody is real?"""
