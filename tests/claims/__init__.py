"""The corpora of claims, true and false ones, with the sources they come from."""
