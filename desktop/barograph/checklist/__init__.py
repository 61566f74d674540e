"""The fifteen-minute checklist: steps, evidence, sheet, decision."""
