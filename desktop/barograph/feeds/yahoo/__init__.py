"""Yahoo through yfinance: bars of rates, indices, futures, funds and shares, without a key."""
