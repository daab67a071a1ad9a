"""From a record to what its printed form needs."""
