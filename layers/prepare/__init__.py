"""From the rows of a source to the contents of a revision; `pipeline` is the whole way.

Rests on `layers.standards`, `layers.sources` and what lies below them. Runs in the child process.
"""
