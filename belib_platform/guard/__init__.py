"""The guard before Dagster's UI: which requests reach it, and the program that serves it behind the guard."""
