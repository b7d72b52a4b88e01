"""Plumbing that must be alike in every service. No word about news in here."""
