"""What search reads of bulletins: title and the editor's words, for the bulletin's audience."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from forms.bulletins.models import BulletinPage
from portal.lib.registries import Passage, SearchSource, search_sources


def keys() -> Iterable[str]:
    return (str(pk) for pk in BulletinPage.objects.live().values_list("pk", flat=True))


def passages(wanted: Iterable[str]) -> Iterator[Passage]:
    pages = BulletinPage.objects.live().filter(pk__in=[int(key) for key in wanted]).select_related("unit")
    for page in pages:
        words = [page.summary, page.analysis, page.measures]
        published = page.last_published_at
        yield Passage(
            key=str(page.pk),
            kind="bulletin",
            title=page.title,
            body=" ".join(strip_tags(text.replace("</p>", " </p>").replace("</li>", " </li>")) for text in words),
            url=page.get_url() or "",
            audience=frozenset(page.audience_tokens()),
            number=page.slug.upper(),
            context=page.unit.name,
            version=int(published.timestamp() * 1000) if published else 0,
        )


def register() -> None:
    search_sources.register("bulletins", SearchSource("bulletins", _("Bulletins"), keys, passages), order=40)
