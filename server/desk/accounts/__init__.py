"""Who works at the desk: accounts, signing in, sessions, roles, and the audit of what they do."""
