"""What search reads of regulations and the Service Guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.actions.issuing import SEARCH_SOURCE
from policies.models import Edition, EditionClause, EditionService, GuideEdition
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
    """The services of the guide's edition in force."""
    edition = GuideEdition.objects.in_force(clock.today())
    if edition is not None:
        for key in EditionService.objects.filter(edition=edition).values_list("item_id", flat=True):
            yield str(key)


def guide_passages(keys: Iterable[str]) -> Iterator[Passage]:
    """Each service as the edition in force tells it, one passage for everybody; drafts are told to nobody."""
    edition = GuideEdition.objects.in_force(clock.today())
    if edition is None:
        return
    for row in EditionService.objects.filter(edition=edition, item__in=[int(key) for key in keys]):
        details = [row.what, row.who_may_ask, row.hours, row.phone, row.price_figure, row.price_words, *row.step_list]
        yield Passage(
            key=str(row.item_id),
            kind="guide",
            title=row.name,
            body=" · ".join(part for part in details if part),
            url=f"{reverse('service_guide')}#{row.anchor}",
            audience=frozenset({PUBLIC}),
            version=edition.number,
            context=" · ".join(part for part in (row.section_name, row.estate_name) if part),
        )


CLAUSES = SearchSource(SEARCH_SOURCE, _("Regulations"), clause_keys, clause_passages)
GUIDE = SearchSource("guide", _("Service Guide"), guide_keys, guide_passages)
