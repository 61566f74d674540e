"""The panels of the window: each is drawn from one snapshot, asks nobody anything, knows no other panel."""
