"""What search reads of regulations and the Service Guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.actions.issuing import SEARCH_SOURCE
from policies.models import Edition, EditionClause, ServiceItem
from portal.lib import clock
from portal.lib.registries import Passage, SearchSource
from portal.org.readers import PUBLIC


def clause_keys() -> Iterator[str]:
    """The clauses of every edition in force today."""
    editions = Edition.objects.in_force(clock.today())
    for pk in EditionClause.objects.filter(edition__in=editions).values_list("pk", flat=True).iterator():
        yield str(pk)


def clause_passages(keys: Iterable[str]) -> Iterator[Passage]:
    """What the clauses say, with the audience of their edition; a key out of force yields nothing. Three queries."""
    editions = {
        edition.pk: edition
        for edition in Edition.objects.in_force(clock.today())
        .filter(clauses__in=[int(key) for key in keys])
        .select_related("regulation")
        .prefetch_related("audience_rules")
        .distinct()
    }
    rows = EditionClause.objects.filter(pk__in=[int(key) for key in keys], edition__in=editions).order_by("pk")
    for row in rows.select_related("parent__parent__parent"):
        edition = editions[row.edition_id]
        above = _names_above(row)
        title = _name(row) or (above.pop() if above else edition.title)
        yield Passage(
            key=str(row.pk),
            kind="clause",
            title=title,
            number=row.number,
            body=row.text,
            url=f"{reverse('regulation_detail', args=[edition.regulation.slug])}#{row.anchor}",
            audience=edition.audience,
            version=edition.number,
            context=" › ".join([edition.title, *above]),
        )


def _name(row: EditionClause) -> str:
    return " ".join(part for part in (row.number, row.heading) if part)


def _names_above(row: EditionClause) -> list[str]:
    """The chapters in which the clause stands, from the top; one with neither number nor heading is left out."""
    names: list[str] = []
    above = row.parent
    for _step in range(3):
        if above is None:
            break
        if name := _name(above):
            names.insert(0, name)
        above = above.parent
    return names


def guide_keys() -> Iterator[str]:
    for pk in ServiceItem.objects.on(clock.today()).values_list("pk", flat=True):
        yield str(pk)


def guide_passages(keys: Iterable[str]) -> Iterator[Passage]:
    """Each service as one passage for everybody."""
    items = ServiceItem.objects.for_guide(clock.today()).filter(pk__in=[int(key) for key in keys])
    for item in items:
        details = [item.what, item.who_may_ask, item.hours, item.phone, item.price]
        yield Passage(
            key=str(item.pk),
            kind="guide",
            title=item.name,
            body=" · ".join(part for part in details if part),
            url=f"{reverse('service_guide')}#{item.anchor}",
            audience=frozenset({PUBLIC}),
            context=item.section.name,
        )


CLAUSES = SearchSource(SEARCH_SOURCE, _("Regulations"), clause_keys, clause_passages)
GUIDE = SearchSource("guide", _("Service Guide"), guide_keys, guide_passages)
