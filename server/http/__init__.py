"""HTTP without pages: query strings, bodies, headers, caching, languages, links, errors, sessions.

Rests on `server.desk` (who is signed in), `server.texts` and `layers`.
"""
