"""What the clock does: lapses, activations, reminders."""
