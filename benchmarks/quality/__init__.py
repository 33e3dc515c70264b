"""Quality of the four models beside their peers and goals."""
