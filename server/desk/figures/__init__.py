"""How much the map is used, counted without telling one visitor from another."""
