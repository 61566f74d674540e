"""Judgement: rules, percentiles, pillars and score, the light's state machine."""
