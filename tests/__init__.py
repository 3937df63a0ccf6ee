"""The test suite. It mirrors the tree."""
