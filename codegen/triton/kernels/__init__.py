"""The functions that Triton compiles, one file each. Importing one imports Triton; what describes it does not.

What holds in all of them: T tokens, a weight of M rows and K columns; a result is added up in float32 and rounded
once; the weight is the left operand of a product, so that a single token is filled up to 16 and not to 64; offsets are
64 bits wide from the first multiplication on; what lies beyond a tensor's end is neither read nor written.
"""
