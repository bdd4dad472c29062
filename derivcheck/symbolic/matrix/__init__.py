"""The index prover: matrix claims proved for all dimensions, on the standard library alone."""
