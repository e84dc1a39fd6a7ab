"""Use cases: the only writers. They take an open session and know nothing of HTTP."""
