"""How to ask the sources, what makes an answer sound, and how to read it. No Dagster, no store."""
