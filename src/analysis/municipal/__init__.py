"""Everything about municipalities and other areas."""
