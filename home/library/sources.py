"""What search reads of the library: for its audience, while it is valid.

Of a confidential entry search knows the title and the summary alone, for those named: its text and the words of its
files never enter the index, because a snippet would be a reading that nobody recorded (SAL-04).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from home.library.actions import SOURCE
from home.library.models import LibraryEntry
from portal.lib import clock
from portal.lib.registries import Passage, SearchSource


def keys() -> Iterator[str]:
    for key in LibraryEntry.objects.valid_on(clock.today()).values_list("pk", flat=True).iterator():
        yield str(key)


def passages(wanted: Iterable[str]) -> Iterator[Passage]:
    """What these entries say today; one that is not valid (any more) yields nothing. Two queries."""
    entries = LibraryEntry.objects.valid_on(clock.today()).filter(pk__in=[int(key) for key in wanted])
    for entry in entries.select_related("estate", "unit").prefetch_related("readers"):
        parts = [entry.summary]
        if not entry.confidential:
            parts += [entry.body, entry.search_text, entry.file_text]
        yield Passage(
            key=str(entry.pk),
            kind="document",
            title=entry.title,
            body="\n".join(part for part in parts if part),
            url=entry.get_absolute_url(),
            audience=entry.audience_tokens(),
            number=entry.number,
            version=entry.version,
            context=" · ".join(str(part) for part in (entry.get_kind_display(), entry.estate, entry.unit) if part),
        )


LIBRARY = SearchSource(name=SOURCE, label=_("Library"), keys=keys, passages=passages)
