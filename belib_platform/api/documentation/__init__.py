"""The page `/docs` for people: Swagger UI on the API's own description, without a file from another host."""
