"""Is every hazard held by a control, and every control by a test that was seen to fail?"""
