"""Pages of those who are signed in, under /staff: what they answer is let in by `StaffOnly`."""
