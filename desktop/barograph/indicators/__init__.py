"""Pure functions of arrays: volatility, correlation, breadth, rates."""
