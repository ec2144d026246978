"""Addresses to answers, one file a noun. A route reads the request, asks, and answers.

May rest on everything below `server.app`; routes do not import each other.
"""
