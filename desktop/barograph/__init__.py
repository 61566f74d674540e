"""Barograph: a market-pressure light, live linked charts and a daily checklist for the second monitor."""

__version__ = "0.1.0"
