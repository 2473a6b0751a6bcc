"""Pruning as users ask for it: their data, their metric, their own module with zeros in it, a recipe of it all."""
