"""Referrals between units of the system and to outside bodies: asking, answering, serving, reporting back.

Owns `Referral`. May import `casework`, `facilities` and `core`; casework asks it through `core.hooks` only.
"""
