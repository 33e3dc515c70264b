"""``listrec experiment`` and its commands."""
