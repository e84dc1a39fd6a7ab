"""Adapters to the world that belong to no larger part."""
