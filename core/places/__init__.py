"""Provinces and communes, with their mergers by date."""
