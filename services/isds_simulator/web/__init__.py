"""The control interface for tests (JSON) and a page on which a person plays the recipient."""
