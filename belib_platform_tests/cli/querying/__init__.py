"""Questions to the warehouse in SQL."""
