"""Measures the speed and memory budgets: `make bench` prints one table and writes build/bench.json."""
