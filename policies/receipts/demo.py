"""Receipts of the demo company: most people confirmed, some are late; guards without accounts signed on paper; the
conduct rules of the sales office have a second edition, in which two clauses changed."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

from policies.actions import (
    AudienceLine,
    add_clause,
    approve_edition,
    edit_clause,
    give_receipt,
    issue_edition,
    review_edition,
    start_draft,
    submit_edition,
)
from policies.audience import Asking, Staff, asking_on
from policies.models import Edition, Receipt
from policies.receipts import paper
from policies.receipts.actions import Reading, witness_on_paper
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.pdf import render_pdf
from portal.org.actions import appoint
from portal.org.models import Person, Unit

CONFIRMED = 0.85  # of those whom no story names
# They read for themselves when the story says so.
IN_STORIES = {"employee", "other_crew_leader", "other_unit_manager", "sales_person", "finance_clerk", "director"}
GUARDS = ["萬德昌", "鍾炳坤", "孔長青", "武春生"]  # of a contractor: they have no accounts
GUARDS_SINCE = -30
SECRETS = "以公司的利益為重，嚴守公司機密。客戶的姓名、電話和成交價格，不得帶出案場，也不得在社交軟件上談論。"
MEETING = "每週見面會後，由銷售主管在當天把工程進度登記到門戶，讓沒有到會的同事也能查到。"


def build(stage: Any) -> None:
    """Confirmed, late, on paper, asked again."""
    guards = _guards(stage)
    _staff_confirms(stage)
    _reading_on_paper(stage, guards)
    _second_edition(stage)


def _guards(stage: Any) -> list[Person]:
    people = []
    for number, name in enumerate(GUARDS, start=1):
        person = Person.objects.create(name=name, staff_number=f"W{200 + number}")
        appoint(
            by=stage.company.users["administrator"],
            person=person,
            post=stage.company.posts["guard"],
            unit=stage.company.units["OFFICE1"],
            starts_on=stage.day(GUARDS_SINCE),
            now=stage.moment(GUARDS_SINCE),
        )
        people.append(person)
    return people


def _staff_confirms(stage: Any) -> None:
    """Most of the staff, each within three weeks of the effective day; some of them therefore late."""
    draw = stage.random("receipts")
    for one in asking_on(stage.today):
        edition = Edition.objects.get(pk=one.edition_id)
        given = set(Receipt.objects.filter(edition=edition).values_list("person_id", flat=True))
        since = (one.effective_on - stage.today).days
        for person in _people_with_accounts(stage, one):
            day, share = draw.randrange(1, 22), draw.random()
            if person.pk in given or person.user.username in IN_STORIES or share > CONFIRMED:
                continue
            moment = stage.moment(min(since + day, -1), hour=8 + day % 9, minute=day * 2)
            give_receipt(by=person.user, edition=edition, language="zh-hant", now=moment)


def _people_with_accounts(stage: Any, asking: Asking) -> list[Any]:
    asked = Staff(stage.today).asked(asking.rules)
    people = Person.objects.filter(pk__in=asked.keys(), user__isnull=False).select_related("user")
    return list(people.order_by("staff_number"))


def _reading_on_paper(stage: Any, guards: list[Person]) -> None:
    """The director read the service handbook to three of the guards; the fourth was absent."""
    unit: Unit = stage.company.units["OFFICE1"]
    asking = next((one for one in asking_on(stage.today) if one.document_number == "WY-01"), None)
    if asking is None:
        return
    edition = Edition.objects.get(pk=asking.edition_id)
    attended, day = guards[:3], _day_after_issue(stage, edition)
    witness_on_paper(
        by=stage.company.users["director"],
        batch_id=uuid.UUID(int=stage.random("receipts:batch").getrandbits(128), version=4),
        reading=Reading(
            unit=unit,
            edition=edition,
            people=attended,
            read_on=stage.day(day),
            sheet=examine_files([_signed_sheet(stage, asking, unit, attended, day)]),
        ),
        now=stage.moment(day, hour=16),
    )


def _day_after_issue(stage: Any, edition: Edition) -> int:
    """Three weeks ago, or the day after the issue of an edition that is younger: a number of days from today."""
    issued = (clock.today(edition.issued_at) - stage.today).days if edition.issued_at else -22
    return min(max(-21, issued + 1), -1)


def _signed_sheet(stage: Any, asking: Asking, unit: Unit, people: list[Person], day: int) -> io.BytesIO:
    """The sheet as it comes back: the names stand in the column for signatures, too."""
    for person in people:
        person.post_title = stage.company.posts["guard"].title  # type: ignore[attr-defined]
    html = paper.sheet_html(asking, unit, people, stage.day(day), "http://127.0.0.1:8000")
    signatures = iter([person.name for person in people])
    html = re.sub(
        r'<td class="signature"></td>', lambda cell: f'<td class="signature"><em>{next(signatures, "")}</em></td>', html
    )
    blanks = iter([stage.day(day).isoformat(), stage.company.users["director"].first_name])
    html = re.sub(r'<td class="blank"></td>', lambda cell: f'<td class="blank">{next(blanks, "")}</td>', html)
    file = io.BytesIO(render_pdf(html, assets=paper.print_assets()))
    file.name = "signed-sheet.pdf"
    return file


def _second_edition(stage: Any) -> None:
    """A material edition of the conduct rules of the sales office, in force for three days. Nothing where somebody else
    has begun one already."""
    first = Edition.objects.in_force(stage.today).filter(regulation__number="XS-03").first()
    if first is None or first.number > 1 or first.regulation.editions.open().exists():
        return
    editor, approver = stage.company.users["editor"], stage.company.users["approver"]
    draft = start_draft(by=editor, regulation=first.regulation, now=stage.moment(-12))
    secrets = draft.clauses.get(text__contains="公司機密")
    edit_clause(
        by=editor,
        clause=secrets,
        number=secrets.number,
        heading=secrets.heading,
        text=SECRETS,
        now=stage.moment(-12, hour=10),
    )
    visits = draft.clauses.get(text__contains="每週開一次見面會")
    add_clause(by=editor, edition=draft, kind=visits.kind, text=MEETING, after=visits, now=stage.moment(-12, hour=11))
    submit_edition(
        by=editor, edition=draft, change_note="寫明哪些是公司機密；見面會的內容要登記。", now=stage.moment(-11)
    )
    review_edition(by=stage.company.users["second_editor"], edition=draft, now=stage.moment(-10))
    approve_edition(by=approver, edition=draft, now=stage.moment(-9))
    issue_edition(
        by=approver,
        edition=draft,
        effective_on=stage.day(-3),
        owner_unit=first.owner_unit,
        audience=[AudienceLine(rule.scope, unit=rule.unit, post=rule.post) for rule in first.audience_rules.all()],
        now=stage.moment(-8),
    )
