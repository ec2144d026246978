"""What staff do with requests: queue, notes, replies, entries, lists to take away."""
