"""When something may happen to an inspection and to an incident."""
