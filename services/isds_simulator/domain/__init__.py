"""Rules of the data box system. Pure: no Flask, no database, no network, no clock."""
