"""The simulator's memory: one SQLite file, plain SQL, values in and out."""
