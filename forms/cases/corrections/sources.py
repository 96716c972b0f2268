"""What search reads of corrective-action reports: the published ones, for all the staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cases.corrections.actions.reports import SEARCH_SOURCE
from forms.cases.corrections.models import CorrectiveReport
from portal.lib.registries import Passage, SearchSource
from portal.org.readers import STAFF


def report_keys() -> Iterator[str]:
    with scopes_disabled():
        keys = list(CorrectiveReport.objects.published().values_list("pk", flat=True))
    yield from (str(key) for key in keys)


def report_passages(keys: Iterable[str]) -> Iterator[Passage]:
    with scopes_disabled():
        found = list(CorrectiveReport.objects.published().filter(pk__in=[int(key) for key in keys]))
    for report in found:
        yield Passage(
            key=str(report.pk),
            kind="corrective_report",
            title=report.title,
            body="\n".join(text for _section, text in report.parts),
            url=report.get_absolute_url(),
            audience=frozenset({STAFF}),
            number=report.number,
            version=report.version,
        )


REPORTS = SearchSource(SEARCH_SOURCE, _("Corrective-action reports"), report_keys, report_passages)
