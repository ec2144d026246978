"""Which encoding a text is in, and what was garbled before it came."""
