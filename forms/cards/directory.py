"""The staff directory as the names guard reads it: built once a process, built anew when anybody's name changed."""

from __future__ import annotations

from threading import Lock

from portal.lib.names_guard import NameGuard
from portal.org.models import Person

_lock = Lock()
_known: tuple[tuple[tuple[str, str], ...], NameGuard] | None = None


def staff_name_guard() -> NameGuard:
    """A guard that knows everybody on the staff now.

    The directory itself is its version: reading it takes a few milliseconds for thousands of people, folding it takes
    far longer, and a comparison misses no rename, whichever way or in whichever process it was made.
    """
    global _known
    staff = tuple(Person.objects.order_by("pk").values_list("name", "staff_number"))
    with _lock:
        if _known is None or _known[0] != staff:
            _known = (staff, NameGuard(staff))
        return _known[1]
