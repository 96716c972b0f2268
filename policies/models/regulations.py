"""Regulations as pages in Wagtail's tree. Their editions say what is in force; a page only follows."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester

from policies import freezing
from policies.enums import RegulationKind


class ClosedPermissionTester(PagePermissionTester):
    """What Wagtail's page tools may do with a regulation: look at it in the explorer, nothing else - superusers
    included.

    Everything that changes a regulation is a verb with screens of its own.
    """

    def can_edit(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_move_to(self, destination: Page) -> bool:
        return False

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:
        return False

    can_add_subpage = can_edit
    can_unpublish = can_edit
    can_publish = can_edit
    can_publish_subpage = can_edit
    can_submit_for_moderation = can_edit
    can_set_view_restrictions = can_edit
    can_unschedule = can_edit
    can_lock = can_edit
    can_unlock = can_edit
    can_reorder_children = can_edit
    can_move = can_edit
    can_copy = can_edit


class RegulationIndexPage(Page):
    """The place in the tree under which all regulations stand; readers see /regulations/ (policies.views)."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["policies.RegulationPage"]
    max_count = 1

    class Meta:
        verbose_name = _("regulations")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("regulation_list"))

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return IndexPermissionTester(user, self)


class IndexPermissionTester(PagePermissionTester):
    """The page above the regulations may be edited, but not taken away from under them."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.page.is_leaf() and super().can_delete(ignore_bulk)

    def can_unpublish(self) -> bool:
        return self.page.is_leaf() and super().can_unpublish()

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False


class RegulationPage(Page):
    """A regulation: number, kind, owner. Its title and departments are those of the edition last issued (or first
    drafted)."""

    number = models.CharField(_("number"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=RegulationKind, default=RegulationKind.REGULATION)
    owner_unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner department")
    )
    interpreting_unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("interpreting department")
    )

    parent_page_types = ["policies.RegulationIndexPage"]
    subpage_types: list[str] = []
    is_creatable = False
    search_fields = Page.search_fields

    class Meta:
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="regulation_number_once")
        ]

    def __str__(self) -> str:
        return self.title

    def reading_url(self) -> str:
        """Where readers read the edition in force."""
        return reverse("regulation_detail", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> Any:
        freezing.require_verb()
        return super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        freezing.require_verb()
        return super().delete(*args, **kwargs)

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ClosedPermissionTester(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Wagtail's own way to the page leads to the reading view, which knows audiences; it shows nothing itself."""
        return HttpResponseRedirect(self.reading_url())

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return HttpResponseRedirect(self.reading_url())

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return []
