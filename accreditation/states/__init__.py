"""When something may happen to an application and to a licence."""
