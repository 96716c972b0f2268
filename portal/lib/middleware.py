"""What every response passes: the content policy, the reader's language, the reader's script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import ClassVar

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

ADMIN_PREFIX = "/admin/"
LANGUAGE_COOKIE = "language"
SCRIPT_OF_LANGUAGE = {"zh-hant": "hant", "zh-hans": "hans"}


class ContentPolicyMiddleware(CSPMiddleware):
    """Strict on the public site; Wagtail's admin, which writes inline scripts, gets a looser policy of its own."""

    _common: ClassVar[dict[tuple[bool, int, int], str]] = {}

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(ADMIN_PREFIX) and parts.replace is None:
            parts.replace = settings.ADMIN_CONTENT_POLICY
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The header as the package writes it, built once for all answers that neither view nor template changed."""
        if not _has_the_common_policy(request, response):
            return super().process_response(request, response)
        admin = request.path_info.startswith(ADMIN_PREFIX)
        key = (admin, id(settings.CONTENT_SECURITY_POLICY), id(settings.ADMIN_CONTENT_POLICY))
        if key not in self._common:
            self._common[key] = build_policy(**asdict(self.get_policy_parts(request, response)))
        response.headers[HEADER] = self._common[key]
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response


def _has_the_common_policy(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        not settings.DEBUG
        and HEADER not in response.headers
        and not getattr(request, "_csp_nonce", None)
        and not any(name.startswith("_csp_") for name in vars(response))
        and not settings.CONTENT_SECURITY_POLICY.get("EXCLUDE_URL_PREFIXES")
        and not getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
    )


def language_of(request: HttpRequest) -> str:
    """The language the reader chose (cookie), else the best of what the browser asks for, else Traditional Chinese."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    known = dict(settings.LANGUAGES)
    if chosen in known:
        return chosen
    for part in request.META.get("HTTP_ACCEPT_LANGUAGE", "").split(","):
        code = part.split(";")[0].strip().lower()
        if code in {"zh-cn", "zh-sg", "zh-hans", "zh-hans-cn"}:
            return "zh-hans"
        if code.startswith("zh"):
            return "zh-hant"
        if code.startswith("en"):
            return "en"
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the reader's language. Addresses are the same in every language, so the answer varies by cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            translation.activate(settings.LANGUAGE_CODE)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response


class ScriptMiddleware:
    """Shows any page, content included, in the reader's script (OpenCC): never what a person typed into a field.

    A view that already wrote the reader's script (an issued edition) sets `response.in_script = True`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        script = SCRIPT_OF_LANGUAGE.get(getattr(request, "LANGUAGE_CODE", ""))
        if (
            script is None
            or not isinstance(response, HttpResponse)
            or getattr(response, "in_script", False)
            or request.path_info.startswith(ADMIN_PREFIX)
            or not response.headers.get("Content-Type", "").startswith("text/html")
        ):
            return response
        from portal.lib.chinese import convert_html

        response.content = convert_html(response.content.decode(response.charset), script).encode(response.charset)
        return response
