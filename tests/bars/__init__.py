"""The error bars of compiled programs, held against the true error."""
