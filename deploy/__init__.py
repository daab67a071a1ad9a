"""Composition root: settings, URLs, WSGI and everything needed to run the product in production. May import every app."""
