"""What search reads of rulings: published ones, for the audience of their edition; withdrawn ones are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from policies.rulings import wording
from policies.rulings.actions.rulings import SEARCH_SOURCE
from policies.rulings.enums import Standing
from policies.rulings.models import Ruling
from portal.lib import clock
from portal.lib.registries import Passage, SearchSource

# A ruling whose clause is gone, or whose regulation is, is shown as no longer in force; one whose clause has changed
# is still an answer, and says on its page what changed.
PAST = frozenset({Standing.REMOVED, Standing.ENDED})


def ruling_keys() -> Iterator[str]:
    for pk in Ruling.objects.published().values_list("pk", flat=True).iterator():
        yield str(pk)


def ruling_passages(keys: Iterable[str]) -> Iterator[Passage]:
    """The question under its clause's number, the answer below. Five queries, however many keys."""
    found = Ruling.objects.published().filter(pk__in=[int(key) for key in keys]).for_list()
    rulings = list(found.prefetch_related("edition__audience_rules"))
    standings = wording.standings(rulings, clock.today())
    rows = wording.rows_of((ruling.edition_id, ruling.clause_id) for ruling in rulings)
    for ruling in rulings:
        row = rows[ruling.edition_id, ruling.clause_id]
        yield Passage(
            key=str(ruling.pk),
            kind="ruling",
            title=" ".join(part for part in (row.number, " ".join(ruling.asked.split())) if part),
            number=ruling.number,
            body=ruling.answer,
            url=ruling.get_absolute_url(),
            audience=ruling.edition.audience,
            version=1,
            in_force=standings[ruling.pk] not in PAST,
            context=ruling.edition.title,
        )


RULINGS = SearchSource(SEARCH_SOURCE, _("Rulings"), ruling_keys, ruling_passages)
