"""What sign-in may do: accounts are made by the administrator, never by a stranger's own registration."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens an account only when the administrator linked it (or the holder, signed in)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
