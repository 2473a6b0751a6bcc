"""Random modules against the compiler: the module itself in eager is the oracle."""
