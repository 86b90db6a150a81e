"""A mart day is stale once what it was computed from has changed."""
