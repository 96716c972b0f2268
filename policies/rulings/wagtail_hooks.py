"""The page of accepted proposals beside the regulation desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from policies.permissions import user_can_see_regulation_desk
from policies.rulings import viewsets


@hooks.register("register_admin_urls")
def desk_urls() -> list[Any]:
    return [
        path("regulations/proposals/", viewsets.accepted_proposals, name="rulings_accepted"),
        path("regulations/proposals/<int:pk>/included/", viewsets.take_proposal_in, name="rulings_include"),
    ]


class ProposalsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return user_can_see_regulation_desk(request.user)


@hooks.register("register_admin_menu_item")
def desk_menu_item() -> MenuItem:
    return ProposalsMenuItem(
        gettext_lazy("Accepted proposals"),
        reverse("rulings_accepted"),
        name="accepted-proposals",
        icon_name="edit",
        order=205,
    )
