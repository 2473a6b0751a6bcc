"""Pruning: zeros made on request. It writes zeros and weights that make up for them, and nothing else.

What is done is a product of five kinds of methods (``kinds.py``), one file a method: statistics, importance, patterns,
allocation, compensation. ``prune.py`` combines them into one pass.
"""
