"""Saving what was read from a file: each regulation of it becomes a page with a draft edition, once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Site

from policies.actions.carrying import carry_files
from policies.actions.drafting import next_number
from policies.content import source_hash
from policies.enums import NUMBERED, EditionState, ImportOutcome
from policies.freezing import verb
from policies.models import Clause, Edition, EditionClause, RegulationIndexPage, RegulationPage
from policies.parsing import ParsedClause, ParsedRegulation, ParseResult
from policies.permissions import user_can_import_regulation
from portal.journal import actions as journal
from portal.lib import chinese, clock
from portal.lib.refusals import NotYours, Refused
from portal.org.models import User

SLUG_LENGTH = 60


@dataclass(frozen=True)
class Imported:
    """What came of one regulation of the file. `edition` is the draft written, or the edition that already holds the
    text."""

    regulation: RegulationPage
    edition: Edition
    outcome: ImportOutcome


def regulation_index() -> RegulationIndexPage:
    """The page all regulations stand under; made below the home page when the first regulation comes.

    Raises Refused while the site has no home page.
    """
    index = RegulationIndexPage.objects.order_by("pk").first()
    if index is not None:
        return index
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        raise Refused(_("The site has no home page yet: an administrator creates it first."))
    with translation.override("zh-hant"):
        index = RegulationIndexPage(title=_("Regulations"), slug="regulations")
    site.root_page.add_child(instance=index)
    return index


@transaction.atomic
def import_parsed(*, by: Any, result: ParseResult, source_name: str, now: datetime | None = None) -> list[Imported]:
    """Saves every regulation of a parsed file as a draft; `by` is an editor, or journal.SYSTEM for the command.

    The same text again writes nothing (`unchanged`). Another text under a known title becomes the next draft of that
    regulation, in which clauses keep their identity by number or by wording; while a draft is open it is left out
    (`open_draft`).
    """
    if isinstance(by, User) and not user_can_import_regulation(by):
        raise NotYours(_("Only an editor may import regulations."))
    if not isinstance(by, User) and by is not journal.SYSTEM:
        raise NotYours(_("Only an editor may import regulations."))
    if not result.regulations:
        raise Refused(_("No regulation was found in this file: check that it holds a title and clauses."))
    now = now or clock.now()
    return [_import_one(by, parsed, source_name[:255], now) for parsed in result.regulations]


def plan(result: ParseResult) -> list[tuple[ParsedRegulation, ImportOutcome, RegulationPage | None]]:
    """What `import_parsed` would do with each regulation, without writing."""
    return [(parsed, *_foreseen(parsed)) for parsed in result.regulations]


def _foreseen(parsed: ParsedRegulation) -> tuple[ImportOutcome, RegulationPage | None]:
    known = _edition_with(source_hash(parsed))
    if known is not None:
        return ImportOutcome.UNCHANGED, known.regulation
    page = _page_titled(parsed.title)
    if page is None:
        return ImportOutcome.CREATED, None
    if page.editions.open().exists():
        return ImportOutcome.OPEN_DRAFT, page
    return ImportOutcome.NEW_DRAFT, page


def _edition_with(digest: str) -> Edition | None:
    """The newest edition imported with this very text; a draft that was given up does not count."""
    given_up = {"state": EditionState.WITHDRAWN, "issued_at": None, "trial_started_at": None}
    editions = Edition.objects.filter(source_hash=digest).exclude(**given_up).select_related("regulation")
    return editions.order_by("-pk").first()


def _page_titled(title: str) -> RegulationPage | None:
    wanted = chinese.fold(title)
    for page in RegulationPage.objects.order_by("pk"):
        if chinese.fold(page.title) == wanted:
            return page
    return None


def _import_one(by: Any, parsed: ParsedRegulation, source_name: str, now: datetime) -> Imported:
    digest = source_hash(parsed)
    outcome, page = _foreseen(parsed)
    if page is not None and outcome == ImportOutcome.UNCHANGED:
        return Imported(page, _edition_with(digest), outcome)  # type: ignore[arg-type]
    if page is not None and outcome == ImportOutcome.OPEN_DRAFT:
        return Imported(page, page.editions.open().get(), outcome)
    if page is None:
        page = _new_page(by, parsed.title)
    base = page.editions.published().order_by("-number").first()
    edition = Edition.objects.create(
        regulation=page,
        number=next_number(page),
        title=parsed.title[:255],
        based_on=base,
        source_name=source_name,
        source_hash=digest,
        drafted_by=by if isinstance(by, User) else None,
        drafted_at=now,
        owner_unit=base.owner_unit if base else None,
        interpreting_unit=base.interpreting_unit if base else None,
    )
    _write_clauses(edition, parsed, _known_clauses(base))
    carry_files(base, edition.clauses.all())
    journal.record(
        by=by,
        action="policies.import_regulation",
        thing=edition,
        unit=edition.owner_unit,
        data={
            "regulation": page.pk,
            "number": edition.number,
            "outcome": outcome,
            "clauses": edition.clauses.count(),
            "hash": digest,
        },
        now=now,
    )
    return Imported(page, edition, outcome)


def _new_page(by: Any, title: str) -> RegulationPage:
    index = regulation_index()
    page = RegulationPage(
        title=title[:255],
        draft_title=title[:255],
        slug=_free_slug(index, title),
        live=False,
        has_unpublished_changes=True,
        owner=by if isinstance(by, User) else None,
    )
    with verb():
        index.add_child(instance=page)
    return page


def _free_slug(index: RegulationIndexPage, title: str) -> str:
    base = slugify(title, allow_unicode=True)[:SLUG_LENGTH].strip("-") or "regulation"
    taken = set(index.get_children().values_list("slug", flat=True))
    slug, count = base, 1
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug


class _KnownClauses:
    """The clauses of the edition before, to be found again by number or, without one, by their wording; each once."""

    def __init__(self, rows: Iterable[EditionClause]) -> None:
        self._by_key: dict[tuple[str, str], list[Clause]] = {}
        for row in rows:
            self._by_key.setdefault(_key(row.kind, row.number, row.heading, row.text), []).append(row.clause)

    def take(self, node: ParsedClause) -> Clause | None:
        found = self._by_key.get(_key(node.kind, node.number, node.heading, node.text))
        return found.pop(0) if found else None


def _key(kind: str, number: str, heading: str, text: str) -> tuple[str, str]:
    if number and kind in NUMBERED:
        return ("number", chinese.fold(number))
    return ("words", chinese.fold(heading + text))


def _known_clauses(base: Edition | None) -> _KnownClauses:
    return _KnownClauses(base.clauses.select_related("clause").order_by("order") if base else ())


def _write_clauses(edition: Edition, parsed: ParsedRegulation, known: _KnownClauses) -> None:
    """Clauses and their rows in reading order, parents before what lies under them."""
    nodes = list(_with_parents(parsed.nodes, None))
    new = {id(node): Clause(regulation=edition.regulation) for node, _parent in nodes}
    kept = {id(node): clause for node, _parent in nodes if (clause := known.take(node)) is not None}
    Clause.objects.bulk_create(clause for key, clause in new.items() if key not in kept)
    rows: dict[int, EditionClause] = {}
    for order, (node, parent) in enumerate(nodes, start=1):
        rows[id(node)] = EditionClause.objects.create(
            edition=edition,
            clause=kept.get(id(node)) or new[id(node)],
            parent=rows[id(parent)] if parent is not None else None,
            order=order,
            depth=node.depth,
            kind=node.kind,
            number=node.number[:40],
            heading=node.heading[:255],
            text=node.text if len(node.heading) <= 255 else f"{node.heading}\n{node.text}".strip(),
        )


def _with_parents(
    nodes: Iterable[ParsedClause], parent: ParsedClause | None
) -> Iterator[tuple[ParsedClause, ParsedClause | None]]:
    for node in nodes:
        yield node, parent
        yield from _with_parents(node.children, node)
