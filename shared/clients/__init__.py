"""Typed clients: one class per service that is called."""
