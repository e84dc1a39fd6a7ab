"""Evidence bundles: what goes into one, and the worker's task that makes it."""
