"""What a change of themes does to the archive: shown first, then applied (docs/decisions/0022-retag.md)."""
