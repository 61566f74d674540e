"""The simulated market of the demo: a story in seven phases, a factor model, and a crypto market with leverage."""
