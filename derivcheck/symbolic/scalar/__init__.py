"""Exact normal forms of scalar expressions as rational functions of *kernels*.

A kernel is an independent quantity with a name: a variable, an exponential of one exponent,
a root, a logarithm, a special function of given arguments. Every rewriting is an identity of
complex numbers, or one that declared domains justify, so that a difference whose numerator is
the zero polynomial is zero wherever both sides are defined. Missing relations lose proofs,
never soundness.
"""
