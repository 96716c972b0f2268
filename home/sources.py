"""What search reads of the notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from home.models import NoticePage
from portal.lib.registries import Passage, SearchSource

SOURCE = "notices"


def keys() -> Iterator[str]:
    """All published notices, by primary key."""
    for key in NoticePage.objects.live().values_list("pk", flat=True).iterator():
        yield str(key)


def passages(wanted: Iterable[str]) -> Iterator[Passage]:
    """What these notices say now; one that is not published (or is gone) yields nothing."""
    notices = NoticePage.objects.live().filter(pk__in=[int(key) for key in wanted])
    for notice in notices.select_related("unit").prefetch_related("audience_rules"):
        yield Passage(
            key=str(notice.pk),
            kind="notice",
            title=notice.title,
            body=f"{notice.summary}\n{plain_text(notice.body)}".strip(),
            url=notice.url,
            audience=notice.audience_tokens(),
            version=notice.live_revision_id or 0,
            context=str(notice.unit or ""),
        )


def plain_text(html: str) -> str:
    """The words of an editor's rich text, one line a block."""
    for block in ("</p>", "</li>", "</h2>", "</h3>", "</blockquote>", "<br/>", "<br>"):
        html = html.replace(block, "\n")
    return "\n".join(line.strip() for line in strip_tags(html).splitlines() if line.strip())


NOTICES = SearchSource(name=SOURCE, label=_("Notices"), keys=keys, passages=passages)
