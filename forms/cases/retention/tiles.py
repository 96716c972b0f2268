"""The administrator's way to limits and terms; the quality department finds both above its list of cases."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.registries import Tile
from portal.org.enums import Role
from portal.org.readers import Reader


def retention_tile(reader: Reader) -> list[Tile]:
    if not reader.has_role(Role.ADMINISTRATOR):
        return []
    return [
        Tile(
            _("Time limits"), reverse("case_limits"), _("How soon cases are acknowledged and answered."), icon="clock"
        ),
        Tile(_("Retention of data"), reverse("case_retention"), _("When personal data is erased."), icon="archive"),
    ]
