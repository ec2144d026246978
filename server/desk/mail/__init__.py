"""News of requests by mail: who confirmed to be told, and the mails that wait to be sent."""
