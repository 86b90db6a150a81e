"""The public page: eight views of charging points and bikes, in French and English, from the read API alone."""
