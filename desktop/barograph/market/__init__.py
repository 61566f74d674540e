"""What is observed: instruments, intervals, bars, fixings, sessions and freshness."""
