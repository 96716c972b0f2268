"""Strings of the sign-in library and of Wagtail whose Chinese is missing or clumsy there: ours is better.

Nothing imports this module. It shows `makemessages` the strings, so that they stay in the catalogues, which win over
those of the libraries.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy

BORROWED = [
    gettext_noop("Username"),
    gettext_noop("Successfully signed in as %(name)s."),
    gettext_noop("Two-Factor Authentication"),
    gettext_noop("An authenticator app is not active."),
    gettext_noop("Authenticator secret"),
    gettext_noop("You can store this secret and use it to reinstall your authenticator app at a later time."),
    gettext_noop("You are about to deactivate authenticator app based authentication. Are you sure?"),
    gettext_noop("Recovery codes"),
    gettext_noop("Recovery Codes"),
    gettext_noop("No recovery codes set up."),
    gettext_noop("A new set of recovery codes has been generated."),
    gettext_noop("You are about to generate a new set of recovery codes for your account."),
    gettext_noop("This action will invalidate your existing codes."),
    ngettext_lazy(
        "There is %(unused_count)s out of %(total_count)s recovery codes available.",
        "There are %(unused_count)s out of %(total_count)s recovery codes available.",
        "unused_count",
    ),
    gettext_noop("New Password (again)"),
    gettext_noop("This functionality requires JavaScript."),
    gettext_noop("Privacy and access"),
    gettext_noop("Exploring"),
    gettext_noop("Oldest"),
    gettext_noop("Usage count: (low to high)"),
    gettext_noop("Usage count: (high to low)"),
    ngettext_lazy(
        '%(total)s Page <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Pages <span class="w-sr-only">created in %(site_name)s</span>',
        "total",
    ),
    ngettext_lazy(
        '%(total)s Image <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Images <span class="w-sr-only">created in %(site_name)s</span>',
        "total",
    ),
    ngettext_lazy(
        '%(total)s Document <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Documents <span class="w-sr-only">created in %(site_name)s</span>',
        "total",
    ),
]
