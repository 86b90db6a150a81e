"""A guard in front of Dagster's UI, which rejects requests of foreign hosts and origins."""
