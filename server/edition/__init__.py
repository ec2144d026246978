"""What is rendered once when something is published, and swapped whole; what a device keeps.

Rests on `server.viewer`, `server.pages` and what lies below them.
"""
