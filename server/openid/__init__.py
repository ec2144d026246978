"""Signing in with the city's own accounts: a client of its OpenID Connect provider.

provider      addresses and keys of the provider, the way there, and who came back
id_token      what a signed ID token has to say
transaction   what a browser keeps while its owner is at the provider
wire          requests to the provider, within limits of time and size
"""
