"""How a weight with zeros lies in memory: pack, unpack, and a multiplication that says what the numbers mean."""
