"""Watches: somebody is told once when enough is free at a place, and again only after it was not."""
