"""What is to be done, by whom, until when; who stands in for whom."""
