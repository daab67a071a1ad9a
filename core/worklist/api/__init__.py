"""Who is away and who stands in, as a resource."""
