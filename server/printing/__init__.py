"""The map set in type: share pictures, print sheets, neighbourhood PDFs.

Rests on `server.edition` and what lies below it.
"""
