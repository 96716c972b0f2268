"""The checklist proposed for an audit: each duty of the regulation once, and every clause that no duty covers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from policies.audits.enums import LineKind
from policies.audits.models import AuditLine
from policies.enums import ClauseKind
from policies.models import Edition, EditionClause, Obligation
from policies.wording import lines_below, said
from portal.lib import chinese

LONGEST_QUOTE = 120
# Chapters that ask nothing of anybody, by the first words of their headings.
NOTHING_ASKED = ("範圍", "適用範圍", "術語", "定義", "參考", "引用", "附則")


def proposed_lines(edition: Edition) -> list[AuditLine]:
    """Lines in the order of the text, not saved. A duty is asked where its clause stands; a clause is asked by itself
    when it has a number, no clause below it and no duty on it or between it and its chapter; not in chapters of terms.

    Questions are worded in Traditional Chinese, as the regulations are.
    """
    rows = list(EditionClause.objects.filter(edition=edition).order_by("order"))
    duties: dict[int, list[Obligation]] = {}
    for duty in Obligation.objects.filter(regulation=edition.regulation_id, clause__isnull=False):
        duties.setdefault(duty.clause_id or 0, []).append(duty)
    lines: list[AuditLine] = []
    with translation.override("zh-hant"):
        for row in rows:
            lines += [_of_duty(row, duty) for duty in duties.get(row.clause_id, [])]
            if _stands_alone(row, rows) and not (_is_covered(row, rows, set(duties)) or _asks_nothing(row, rows)):
                lines.append(_of_clause(row, rows))
    for order, line in enumerate(lines, start=1):
        line.order = order
    return lines


def _stands_alone(row: EditionClause, rows: Sequence[EditionClause]) -> bool:
    below = any(other.parent_id == row.pk and other.kind == ClauseKind.CLAUSE for other in rows)
    return row.kind == ClauseKind.CLAUSE and bool(row.number) and not below


def _is_covered(row: EditionClause, rows: Sequence[EditionClause], with_duty: set[int]) -> bool:
    """Whether a duty stands on the clause or on one above it; one on a whole chapter covers no clause by itself."""
    by_key = {other.pk: other for other in rows}
    at: EditionClause | None = row
    while at is not None and (at is row or at.parent_id is not None):
        if at.clause_id in with_duty:
            return True
        at = by_key.get(at.parent_id or 0)
    return False


def _asks_nothing(row: EditionClause, rows: Sequence[EditionClause]) -> bool:
    """Whether it stands in a chapter of scope, terms or references, in either script."""
    by_key = {other.pk: other for other in rows}
    top = row
    while top.parent_id is not None:
        top = by_key[top.parent_id]
    heading = chinese.fold(top.heading or top.text)
    return any(heading.startswith(chinese.fold(word)) for word in NOTHING_ASKED)


def _of_duty(row: EditionClause, duty: Obligation) -> AuditLine:
    return AuditLine(
        kind=LineKind.OBLIGATION,
        clause_id=row.clause_id,
        obligation=duty,
        number=row.number,
        reference=f"{duty.code} {duty.who}：{duty.duty}",
        question=_("%(who)s: %(duty)s Is this done? What shows it?") % {"who": duty.who, "duty": duty.duty},
    )


def _of_clause(row: EditionClause, rows: Sequence[EditionClause]) -> AuditLine:
    lines = lines_below(rows, row.pk)
    quote = said(row) if row.text else "：".join([row.heading, *lines[1:]]).strip("：")
    quote = quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1] + "…"
    return AuditLine(
        kind=LineKind.CLAUSE,
        clause_id=row.clause_id,
        number=row.number,
        reference="\n".join(lines),
        question=_("“%(quote)s” – is the clause kept? What shows it?") % {"quote": quote},
    )
