"""Ways to sign with keys that are not ours."""
