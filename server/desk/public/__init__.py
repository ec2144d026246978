"""What residents do with requests that are there, by hand and by program."""
