"""Binary and generalised linear models."""
