"""The SOAP interface: parsing, signing in, faults on demand, and the operations."""
