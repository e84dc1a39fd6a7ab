"""The rules of evaluation. Pure: no Flask, no database, no network, no clock."""
