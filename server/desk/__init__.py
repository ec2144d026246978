"""What happens to requests and alerts. Knows no HTTP and no page.

Rests on `server.database` and `server.texts`. From what is sent to what is answered:
`confidential` and `accounts`, `intake`, `mail`, `answers`, then `public` and `retention`, `triage`;
each rests only on those before it. `layers` is beside `intake`: the layers that are the desk's.
"""
