"""Bulletins in Wagtail's admin: a menu entry that composes drafts; unit, period and figures cannot be typed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from forms.bulletins import views
from forms.bulletins.models import BulletinPage
from forms.bulletins.permissions import user_can_compose_bulletin


class BulletinMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return user_can_compose_bulletin(request.user)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("bulletins/", views.compose, name="bulletin_compose"),
        path("bulletins/<int:pk>/refresh/", views.refresh, name="bulletin_refresh"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return BulletinMenuItem(_("Bulletins"), reverse("bulletin_compose"), icon_name="doc-full", order=210)


@hooks.register("before_create_page")
def compose_instead(request: HttpRequest, parent: Any, page_class: type) -> HttpResponse | None:
    """A bulletin is composed from figures, never made empty by "add page"."""
    return redirect("bulletin_compose") if page_class is BulletinPage else None
