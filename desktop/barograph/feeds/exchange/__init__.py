"""The crypto exchanges: requests and streams through ccxt, one asyncio thread for all of them."""
