"""Referrals over the API."""
