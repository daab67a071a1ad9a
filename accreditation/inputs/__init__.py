"""What each action asks for: one form class for the page and the API (ADR 0003)."""
