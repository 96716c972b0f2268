"""The estates a customer may choose from. They change a few times a year and are needed with every complaint."""

from __future__ import annotations

import time
from typing import Final

from django.utils.translation import gettext as _

from portal.org.models import Estate

KEPT_SECONDS: Final = 5.0
_kept: tuple[float, dict[str, Estate]] | None = None


def estates() -> dict[str, Estate]:
    """All estates with their offices by key (as a form sends it), at most some seconds old in each process."""
    global _kept
    if _kept is None or _kept[0] < time.monotonic():
        found = {str(estate.pk): estate for estate in Estate.objects.select_related("office")}
        _kept = (time.monotonic() + KEPT_SECONDS, found)
    return _kept[1]


def choices() -> list[tuple[str, str]]:
    return [("", _("Another place, or I do not know")), *((key, estate.name) for key, estate in estates().items())]


def estate(key: str) -> Estate:
    """The estate a form named. ValueError when there is none."""
    try:
        return estates()[key]
    except KeyError:
        raise ValueError(key) from None


def forget_estates() -> None:
    """Between tests, and after somebody edited an estate in this process."""
    global _kept
    _kept = None
