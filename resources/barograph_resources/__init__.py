"""Data files only, read through `importlib.resources`: universe, checklists, rules, themes and schemas."""
