"""Uploaded files and printed documents."""
