"""What happens after the commit: tasks queued in the transaction that caused them, run by a worker that may be killed."""
