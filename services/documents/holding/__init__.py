"""A person's key held for one job: in a process of its own, for a limited time."""
