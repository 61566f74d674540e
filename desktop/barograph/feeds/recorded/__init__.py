"""Replay: a folder of recorded history, read whole and checked, then answered as it was known at any time."""
