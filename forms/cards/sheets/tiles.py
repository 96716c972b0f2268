"""What else can be done with cards, above their list."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forms.cards.models import Area
from forms.cards.sheets import permissions
from portal.lib.registries import Tile


def doors(reader: Any) -> list[Tile]:
    found = []
    if Area.objects.open().filter(unit__in=permissions.sheet_unit_ids(reader)).exists():
        found.append(Tile(title=_("Print blank cards"), url=reverse("card_sheets"), icon="printer"))
    if Area.objects.open().filter(unit__in=permissions.collecting_unit_ids(reader)).exists():
        found.append(Tile(title=_("Enter paper cards"), url=reverse("card_batches"), icon="pencil-square"))
    if permissions.exporting_unit_ids(reader):
        found.append(Tile(title=_("Export cards"), url=reverse("card_export"), icon="download"))
    return found
