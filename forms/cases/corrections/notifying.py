"""What people are told of plan items, preventive measures and effects that wait: the number of the case, never the
words of a plan. What lies with the leaders is told to nobody of the office it is about (SRV-18)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cases.corrections.models import PlanItem, Prevention
from forms.cases.corrections.permissions import (
    reader_is_staff,
    visible_items_in_query,
    visible_preventions_in_query,
)
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind

ITEM, MEASURE, VERIFY = "case_corrections.item", "case_corrections.measure", "case_corrections.verify"
KIND_OF = {"item": ITEM, "measure": MEASURE, "verify": VERIFY}


def open_items(user: Any, keys: Sequence[int]) -> set[int]:
    with scopes_disabled():
        return set(PlanItem.objects.open().filter(pk__in=keys).values_list("pk", flat=True))


def open_measures(user: Any, keys: Sequence[int]) -> set[int]:
    with scopes_disabled():
        return set(Prevention.objects.open().filter(pk__in=keys).values_list("pk", flat=True))


def unverified(user: Any, keys: Sequence[int]) -> set[int]:
    with scopes_disabled():
        return set(Prevention.objects.done().filter(pk__in=keys).values_list("pk", flat=True))


def _kind(label: Any, sentence: Any, records: Any, still: Any) -> Kind:
    return Kind(
        label,
        sentence,
        concerns=reader_is_staff,
        records=records,
        still=still,
        mail=MailChoice.AT_ONCE,
        icon="clipboard-check",
    )


KINDS = {
    ITEM: _kind(
        _("An item of a corrective plan waits"),
        _("Case %(subject)s: an item of the corrective plan waits"),
        visible_items_in_query,
        open_items,
    ),
    MEASURE: _kind(
        _("A preventive measure waits for me"),
        _("Case %(subject)s: a preventive measure of yours waits"),
        visible_preventions_in_query,
        open_measures,
    ),
    VERIFY: _kind(
        _("The effect of a measure is to be verified"),
        _("Case %(subject)s: verify whether the preventive measure worked"),
        visible_preventions_in_query,
        unverified,
    ),
}
