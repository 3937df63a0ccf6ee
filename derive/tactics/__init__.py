"""Finds proofs. None of it has to be trusted: the kernel checks every step as it is made."""
