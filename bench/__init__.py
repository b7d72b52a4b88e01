"""Measurements: what tagging and polling cost, next to what most people would write first, and a simulated week of polling."""
