"""The commands of ``listrec registry``; ``commands`` is the group."""
