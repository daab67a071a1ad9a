"""Pages of applicants, officers, heads, and the public."""
