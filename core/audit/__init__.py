"""What happened and who read what: append-only, hash-chained, written in the same transaction."""
