"""The residents' map: Folium elements of our own, the page they make, its scripts in `web/`.

Rests on `server.http`, `server.texts` and `layers`; knows no other page.
"""
