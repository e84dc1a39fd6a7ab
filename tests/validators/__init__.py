"""Independent judges of our files: programs that nobody of this project wrote."""
