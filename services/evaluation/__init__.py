"""Evaluation: from administrative control to the general assembly's resolution."""
