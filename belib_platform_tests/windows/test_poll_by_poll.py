"""A day made poll by poll is the day made anew, whatever comes late."""
