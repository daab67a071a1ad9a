"""Reads of recognition; each starts at `visible()`."""
