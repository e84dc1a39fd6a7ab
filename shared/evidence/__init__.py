"""The evidence log: what was done can be added to, and never changed without being found out."""
