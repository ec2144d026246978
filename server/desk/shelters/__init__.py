"""Whether shelters are open: what staff say of them, and what is shown of that."""
