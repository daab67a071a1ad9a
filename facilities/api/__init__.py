"""The register of facilities over the API."""
