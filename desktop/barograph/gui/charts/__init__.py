"""The charts: a grid of live charts that share one time axis and one crosshair."""
