"""A package, so that what is made once for it is taken away with it."""
