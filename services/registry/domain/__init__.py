"""The rules of registry. Pure: values in, values out; no clock, database, network or file."""
