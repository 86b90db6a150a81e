"""Contracts of the tables about Vélib': one module per layer, named like the layer."""
