"""The layers whose definitions the desk owns: their versions, their files, what is in force.

The database alone says what is published. `BOSAI_HOME/desk/` is a mirror of it (`mirror`), which
the publisher of each machine reads.
"""
