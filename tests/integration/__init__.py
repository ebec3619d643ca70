"""Integration tests: servers, processes and engines working together."""
