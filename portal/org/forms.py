"""The forms of the second step of signing in: allauth's, with tries counted in the database instead of the cache."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.org import sign_in


class CountedCode:
    """Six digits fall to a million guesses: eight wrong ones from an address close the second step for 15 minutes."""

    user: Any

    def clean_code(self) -> str:
        request = context.request
        if not sign_in.second_step_open(request, self.user):
            request.axes_locked_out = True
            raise ValidationError(_("Too many wrong codes. Please wait 15 minutes."))
        try:
            code = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            sign_in.count_wrong_code(request, self.user)
            raise
        sign_in.forget_wrong_codes(request, self.user)
        return code


class CodeForm(CountedCode, AuthenticateForm):
    """The code after the password."""


class CodeAgainForm(CountedCode, ReauthenticateForm):
    """The code before something that matters, when the sign-in is some minutes old."""
