"""What stands around the light: correlations, crypto's leverage, regime, cascade, scenarios, plans; as known at now."""
