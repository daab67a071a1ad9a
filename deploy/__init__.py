"""Composition root: settings, URLs, WSGI and all that runs the product. May import every app."""
