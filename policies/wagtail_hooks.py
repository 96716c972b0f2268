"""Regulations in Wagtail's admin: their desk and menu, and a closed door on every page tool that could go round the
verbs.

The model and signals refuse as well (policies.models.regulations, policies.signals); the hooks turn that refusal into
a way to the right screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from policies import admin_urls, waiting
from policies.guide import admin_urls as guide_admin_urls
from policies.models import RegulationPage
from policies.permissions import user_can_see_regulation_desk
from policies.viewsets.guide import GuideViewSetGroup
from portal.lib import clock

register_snippet(GuideViewSetGroup)


@hooks.register("register_admin_urls")
def desk_urls() -> list[Any]:
    return [path("regulations/", include(admin_urls)), path("guide/", include(guide_admin_urls))]


class RegulationsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return user_can_see_regulation_desk(request.user)


@hooks.register("register_admin_menu_item")
def desk_menu_item() -> MenuItem:
    return RegulationsMenuItem(
        gettext_lazy("Regulations"),
        reverse("policies_index"),
        name="regulations",
        icon_name="doc-full-inverse",
        order=200,
    )


class RegulationWork(Component):
    """On the admin's first page: what is being written, reviewed, approved, tried out, and which reviews are due."""

    name = "regulation_work"
    order = 60
    template_name = "policies/admin/work.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        today = clock.today()
        return {
            "groups": [(label, list(editions)) for label, editions in waiting.at_the_desk(today)],
            "reviews": waiting.reviews_due(today),
            "today": today,
        }


@hooks.register("construct_homepage_panels")
def regulation_work(request: HttpRequest, panels: list[Any]) -> None:
    if user_can_see_regulation_desk(request.user):
        panels.append(RegulationWork())


def _is_regulation(page: Page) -> bool:
    return issubclass(page.specific_class or Page, RegulationPage)


def _holds_regulations(page: Page) -> bool:
    """Whether the page is a regulation or stands above one."""
    return _is_regulation(page) or RegulationPage.objects.descendant_of(page).exists()


def _to_the_desk(request: HttpRequest, page: Page | None = None) -> HttpResponse:
    messages.error(
        request,
        _("Regulations change only here: drafted, reviewed by a second person, approved by a third, issued."),
    )
    if page is not None and _is_regulation(page):
        return redirect("policies_regulation", page.pk)
    return redirect("policies_index")


@hooks.register("before_edit_page")
def edit_at_the_desk(request: HttpRequest, page: Page) -> HttpResponse | None:
    return redirect("policies_regulation", page.pk) if _is_regulation(page) else None


@hooks.register("before_publish_page")
def never_publish(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _to_the_desk(request, page) if _is_regulation(page) else None


@hooks.register("before_create_page")
def never_create(request: HttpRequest, parent: Page, page_class: type[Page]) -> HttpResponse | None:
    return _to_the_desk(request) if issubclass(page_class, RegulationPage) else None


@hooks.register("before_unpublish_page")
@hooks.register("before_delete_page")
@hooks.register("before_copy_page")
@hooks.register("before_convert_alias_page")
def never_by_page_tools(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Unpublishing, deleting or copying reaches what lies below a page as well."""
    return _to_the_desk(request, page) if _holds_regulations(page) else None


@hooks.register("before_move_page")
def never_move(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    return _to_the_desk(request, page) if _holds_regulations(page) else None


@hooks.register("before_bulk_action")
def never_in_bulk(request: HttpRequest, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    pages = [one for one in objects if isinstance(one, Page)]
    return _to_the_desk(request) if any(_holds_regulations(page) for page in pages) else None


@hooks.register("register_page_listing_buttons")
def way_to_the_desk(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """In the explorer a regulation offers one thing: the way to its desk."""
    if _is_regulation(page) and user_can_see_regulation_desk(user):
        yield Button(
            _("Open at the regulation desk"),
            reverse("policies_regulation", args=[page.pk]),
            icon_name="doc-full-inverse",
            priority=5,
        )
