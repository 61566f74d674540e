"""Drives the feeds, makes one frozen Snapshot for each refresh, and runs as a child process."""
