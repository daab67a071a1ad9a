"""`perform()`, `available()` and two-person proposals: the only place where a state changes."""
