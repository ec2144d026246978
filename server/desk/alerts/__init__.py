"""Alerts of the city: written down once, and told in every way from that one entry.

`alert` what an alert is, `alerts` issues, extends, ends and reads them, `form` reads what staff
write, `words` puts it into a language, `ready` into texts for other channels, `webhooks` queues it
for other programs. Every way out takes its words from `words`, which marks drills.
"""
