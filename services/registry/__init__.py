"""registry: organisations, people, calls, applications, the project folder, public pages."""
