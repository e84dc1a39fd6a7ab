"""Remote signing services: keys that others hold and open for their owners."""
