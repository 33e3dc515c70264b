"""What the commands of the registry say and do: runs, lineage, differences, garbage, checks."""
