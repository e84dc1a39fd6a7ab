"""Evidence for outsiders: evidence records over many files, and containers that carry it all."""
