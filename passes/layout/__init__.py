"""Channel orders in which what each reader needs lies together."""
