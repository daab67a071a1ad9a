"""Working days, legal deadlines that can pause, and dated parameters."""
