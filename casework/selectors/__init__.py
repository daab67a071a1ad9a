"""Reads of case work; everything shown to somebody starts at `visible()`."""
