"""How good the light was: events, benchmarks, scores with their uncertainty, report."""
