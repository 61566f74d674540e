"""Servers on 127.0.0.1 that the real clients are run against."""
