"""What happens after the commit: tasks queued in the transaction that caused them; their worker may be killed."""
