"""What is sent: the form, its files, and the requests that are stored of it."""
