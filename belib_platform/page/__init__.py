"""The public page: what is free now, in French or English, from the read API alone."""
