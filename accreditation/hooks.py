"""What lower apps ask of recognition, and the papers of its records."""
