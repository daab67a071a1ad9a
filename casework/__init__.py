"""Persons, households, cases, assessments, service plans, visits and services, reviews, closure.

Owns the file of each person's case from intake to closure. May import `core` only; other apps learn of it through
`casework.selectors`, `casework.services` and string-labelled foreign keys.
"""
