"""What happens: one function per verb, the only writers. Importing this package declares every action."""
