"""The JSON API of registry: parse, check the access rule, call a use case, shape the answer."""
