"""Every page but the map: templates, and the typed views they are given.

Rests on `server.desk`, `server.http`, `server.texts` and `layers`; knows nothing of the map page.
"""
