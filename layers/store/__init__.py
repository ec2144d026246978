"""The artefacts a service keeps and serves: revisions, which is current, what is published.

Rests on `layers.revision` and what lies below it; reads no source and prepares nothing.
"""
