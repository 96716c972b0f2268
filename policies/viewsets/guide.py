"""The Service Guide's services and sections in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from policies.actions import record_service
from policies.models import ServiceItem, ServiceSection
from policies.permissions import user_can_edit_guide
from portal.org.enums import Role
from portal.org.models import User


class GuidePolicy(BasePermissionPolicy):
    """Editors add and change; nobody deletes: a service no longer offered says so, and orders keep pointing at it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"add", "change", "view"} and user_can_edit_guide(user)

    def users_with_any_permission(self, actions: Any) -> models.QuerySet[User]:
        return User.objects.filter(is_active=True, groups__name=f"role:{Role.EDITOR}")

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> models.QuerySet[Any]:
        allowed = self.user_has_any_permission(user, actions)
        return self.model.objects.all() if allowed else self.model.objects.none()

    def users_with_any_permission_for_instance(self, actions: Any, instance: Any) -> models.QuerySet[User]:
        return self.users_with_any_permission(actions)


class ServiceItemForm(WagtailAdminModelForm):
    """Saves and journals in one transaction."""

    @transaction.atomic
    def save(self, commit: bool = True) -> ServiceItem:
        item = super().save(commit=commit)
        if commit:
            record_service(by=self.for_user, item=item, verb="save")
        return item


class ServiceItemViewSet(SnippetViewSet):
    model = ServiceItem
    icon = "clipboard-list"
    menu_label = _("Services (draft)")
    list_display = ["name", "section", "hours", "phone", "price", "estate", "withdrawn"]
    list_filter = ["section", "chargeable", "withdrawn", "estate"]
    search_fields = ["name", "what", "phone"]
    ordering = ["section__order", "order", "pk"]
    edit_handler = ObjectList(
        [
            HelpPanel(template="policies/admin/guide_draft_help.html"),
            FieldRowPanel([FieldPanel("section"), FieldPanel("order")]),
            FieldPanel("name"),
            FieldPanel("what"),
            FieldRowPanel([FieldPanel("who_may_ask"), FieldPanel("estate")]),
            FieldRowPanel([FieldPanel("hours"), FieldPanel("phone")]),
            FieldPanel("duration"),
            FieldPanel("steps"),
            MultiFieldPanel(
                [
                    FieldPanel("chargeable"),
                    FieldPanel("price"),
                    FieldRowPanel([FieldPanel("amount"), FieldPanel("unit")]),
                    FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
                ],
                heading=_("Price"),
            ),
            FieldRowPanel([FieldPanel("pinyin"), FieldPanel("withdrawn")]),
        ],
        base_form_class=ServiceItemForm,
    )


class ServiceSectionViewSet(SnippetViewSet):
    model = ServiceSection
    icon = "list-ul"
    menu_label = _("Sections")
    list_display = ["name", "order"]


class GuideViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Service Guide")
    menu_icon = "clipboard-list"
    menu_name = "service-guide"
    menu_order = 210
    items = (ServiceItemViewSet, ServiceSectionViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        editions = MenuItem(_("Editions"), reverse("guide_desk"), name="guide-editions", icon_name="history", order=9)
        return [*super().get_submenu_items(), editions]
