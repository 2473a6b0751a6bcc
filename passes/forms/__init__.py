"""How layers are written once their weights are in a sparse form."""
