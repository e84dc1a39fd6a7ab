"""Rules of documents and deliveries. Pure: no Flask, no database, no network, no clock."""
