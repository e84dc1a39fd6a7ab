"""What services say to each other: frozen dataclasses, used by the typed clients."""
