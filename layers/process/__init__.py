"""A job in a child process within limits: a hostile file may crash it, and only it.

Knows nothing of the jobs themselves: `layers.worker` is the program.
"""
