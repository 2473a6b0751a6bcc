"""CPU kernels written as MLIR and compiled in process."""
