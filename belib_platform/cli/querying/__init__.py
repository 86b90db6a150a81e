"""SQL queries of the warehouse with its read-only role, without Dagster."""
