"""The tools, each a question: what it asks the read API, and which figure of the answer tells it."""
