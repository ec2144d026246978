"""What is erased by rule, and what is put right once the database is there."""
