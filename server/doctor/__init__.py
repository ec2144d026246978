"""What is wrong with an installation, looked at without changing anything of it."""
