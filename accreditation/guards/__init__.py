"""Conditions that look at other tables: each yields the reasons why not (yet), in words, with where to mend it."""
