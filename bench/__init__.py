"""Measurements: what the tagger costs, next to what most people would write first."""
