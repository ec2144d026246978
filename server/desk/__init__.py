"""What happens to requests and alerts. Knows no HTTP and no page.

Rests on `server.database` and `server.texts`.
"""
