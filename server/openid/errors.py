"""Why somebody who was sent to the provider is not signed in."""

from __future__ import annotations


class OpenIdError(Exception):
    """Base of all errors of this package. The messages name no person and hold no token."""


class ProviderAway(OpenIdError):
    """The provider is not reached, takes too long, or says that it fails."""


class ProviderConfused(OpenIdError):
    """The provider answers what no provider that is set up for this service answers."""


class SignInStale(OpenIdError):
    """The answer does not belong to a sign-in that this browser has under way, or comes again."""


class SignInDeclined(OpenIdError):
    """The provider has not signed anybody in: its owner went back, or may not use this service."""
