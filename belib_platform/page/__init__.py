"""The public page: seven views of charging points and bikes, in French and English, from the read API alone."""
