"""The base page, components, static files and what every page shares."""
