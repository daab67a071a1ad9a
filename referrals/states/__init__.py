"""When something may happen to a referral."""
