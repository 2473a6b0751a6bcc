"""What each operator computes, one file for each family: a table of names, and functions of plain PyTorch."""
