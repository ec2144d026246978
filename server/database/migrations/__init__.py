"""The steps of the database's schema, each a file of `versions/`, run by Alembic.

Never change a step that was released: a database that has taken it does not take it again.
`CONTRIBUTING.md` says how to add one.
"""
