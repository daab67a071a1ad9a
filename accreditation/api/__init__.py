"""Applications and licences over the API."""
