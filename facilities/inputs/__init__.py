"""What each action asks for: one form class read by the web page and by the API (docs/adr/0003)."""
