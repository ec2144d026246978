"""A backup in one file, and a home made of one."""
