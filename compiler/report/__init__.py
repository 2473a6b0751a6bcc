"""What a compile found, did and refused, as data, as text and as a page."""
