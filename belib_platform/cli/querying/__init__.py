"""Questions to the warehouse in SQL, asked as its reader: no Dagster, nothing is written."""
