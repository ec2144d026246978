"""The database of requests and alerts: SQLite, or PostgreSQL by URL. Rests on nothing here."""
