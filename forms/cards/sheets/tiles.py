"""What else can be done with cards, above their list. Asks the database nothing beyond the reader's appointments."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forms.cards.permissions import reader_meets_cards
from forms.cards.sheets import permissions
from portal.lib.registries import Tile


def doors(reader: Any) -> list[Tile]:
    if not reader_meets_cards(reader):
        return []
    found = [Tile(title=_("Print blank cards"), url=reverse("card_sheets"), icon="printer")]
    if permissions.reader_collects(reader):
        found.append(Tile(title=_("Enter paper cards"), url=reverse("card_batches"), icon="pencil-square"))
    if permissions.reader_exports(reader):
        found.append(Tile(title=_("Export cards"), url=reverse("card_export"), icon="download"))
    return found
