"""Graphics cards: what a program would take on one, and kernels that run there."""
