"""Where observations come from; every adapter keeps the contract of feeds/contract.py."""
