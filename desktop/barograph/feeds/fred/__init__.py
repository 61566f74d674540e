"""Yields and policy rates from their publishers: FRED, the US Treasury and the New York Fed."""
