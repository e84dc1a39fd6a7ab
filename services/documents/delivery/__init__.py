"""Data boxes behind a port, and the SOAP client of ISDS that implements it."""
