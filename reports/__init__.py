"""Show what was proved and measured: markdown pages, figures, and the command line."""
