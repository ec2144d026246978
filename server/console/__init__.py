"""What a person reads at the command line, in Japanese and in English.

The words are in `server.texts.console`, those of reports in `layers.messages`.
"""
