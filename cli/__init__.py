"""``listrec``: a thin command per job; no logic of its own."""
