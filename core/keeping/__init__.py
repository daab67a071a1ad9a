"""Keeping the data: proving that what is stored is whole (`manage.py verify`), copying all of it (`backup`), putting a
copy back (`restore`).

Owns the registry of invariants, which each app fills from its `selectors/invariants.py`, and the form of a backup. It
writes no record and knows no app above core. docs/howto/backup.md is the runbook.
"""
