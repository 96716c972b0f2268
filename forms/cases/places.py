"""The estates a customer may choose from. They change a few times a year and are needed with every complaint."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.lib.kept import KeptAWhile
from portal.org.models import Estate


def _read() -> dict[str, Estate]:
    """All estates with their offices by key (as a form sends it)."""
    return {str(estate.pk): estate for estate in Estate.objects.select_related("office")}


estates = KeptAWhile(_read, seconds=5)
forget_estates = estates.forget


def choices() -> list[tuple[str, str]]:
    return [("", _("Another place, or I do not know")), *((key, estate.name) for key, estate in estates().items())]


def estate(key: str) -> Estate:
    """The estate a form named. ValueError when there is none."""
    try:
        return estates()[key]
    except KeyError:
        raise ValueError(key) from None
