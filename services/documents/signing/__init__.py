"""Personal signatures, the organisation's seal and time stamps behind ports."""
