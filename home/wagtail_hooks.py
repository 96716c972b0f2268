"""Wagtail's admin as this portal's editing room: our name and colours, and only the menus that mean something here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.org.enums import Role

# What each menu keeps. Groups, workflows and Wagtail's own forms stay out: roles come from appointments, approval from
# the verbs of regulations and bulletins, submissions from intake.
SETTINGS_KEPT = frozenset({"users", "collections", "redirects", "sites"})
REPORTS_KEPT = frozenset({"site-history", "aging-pages", "locked-pages"})
NOT_HERE = frozenset({"forms", "help"})
ADMINISTRATORS_ONLY = frozenset({"settings", "reports"})


@hooks.register("register_admin_menu_item")
def back_to_portal() -> MenuItem:
    return MenuItem(_("Portal"), "/#main", name="portal", icon_name="home", order=1)


@hooks.register("construct_main_menu")
def keep_main_menu_short(request: HttpRequest, items: list[Any]) -> None:
    administrator = request.reader.has_role(Role.ADMINISTRATOR)  # type: ignore[attr-defined]
    hidden = NOT_HERE if administrator else NOT_HERE | ADMINISTRATORS_ONLY
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_settings_menu")
def keep_settings_short(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name in SETTINGS_KEPT]


@hooks.register("construct_reports_menu")
def keep_reports_short(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name in REPORTS_KEPT]


@hooks.register("insert_global_admin_css")
def our_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("portal/css/admin.css"))
