"""How requests are published and decided, whose they are, and what was done about them."""
