"""What happens when processes are killed, clocks jump and networks lie?"""
