"""The language that every pass speaks: Program, channel labels, verifier, printer."""
