"""One service on many hosts: what is published is in the database that they share.

Every process serves from files in the home of its own host, a copy of what the database holds. One
process of all prepares and publishes, the one whose session holds a lock of the database; the
others take over what it published. With SQLite a home is all there is.
"""
