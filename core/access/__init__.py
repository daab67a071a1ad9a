"""Who may do what: scopes, the rule tables of every app, and the one query that serves list and record."""
