"""What somebody gets who may not read a text: the same answer whether it exists or not."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse

from portal.org.requests import ReaderRequest


def not_for(request: ReaderRequest) -> HttpResponse:
    """A visitor is asked to sign in, whatever the address; who is signed in gets 404."""
    if request.reader.is_signed_in:
        raise Http404
    return redirect_to_login(request.get_full_path())
