"""The stores of the settings, moving files between them, and checking them."""
