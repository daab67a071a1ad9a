"""Case work over the API: what is shown of each record, how lists are narrowed; access.py says who may see what."""
