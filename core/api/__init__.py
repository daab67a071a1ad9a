"""Authentication, paging, problems, idempotency and the generic endpoints of every lifecycle."""
