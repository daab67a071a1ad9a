"""People who sign in, the tree of units, and who holds which role where from when to when."""
