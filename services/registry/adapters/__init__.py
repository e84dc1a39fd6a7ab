"""The outside world: the store of files and the post office. Ports with their engines."""
