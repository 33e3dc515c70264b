"""What sellers see when a part of the servers fails."""
