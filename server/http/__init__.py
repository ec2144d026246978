"""HTTP without pages: query strings, bodies, headers, caching, languages, links, errors.

Rests on `server.texts` and `layers`.
"""
