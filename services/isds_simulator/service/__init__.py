"""Use cases of the simulator: accept a message, let time pass, let a recipient log in."""
