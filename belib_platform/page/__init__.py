"""The public page: seven views of the charging points, in French and English, from the read API alone."""
