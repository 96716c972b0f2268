"""Questions, rulings and proposals of the demo company: answered, open, late, handed over, withdrawn, overtaken by a
later edition. Made by the verbs that people call."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from policies.actions import (
    AudienceLine,
    approve_edition,
    edit_clause,
    give_receipt,
    issue_edition,
    review_edition,
    start_draft,
    submit_edition,
)
from policies.enums import OPEN
from policies.models import Edition, EditionClause, RegulationPage
from policies.rulings import actions
from policies.rulings.models import Question
from policies.rulings.wording import clause_by_number
from portal.journal.actions import SYSTEM

DATA = Path(__file__).resolve().parent / "data" / "demo.yaml"
# (days ago, hour) at which the new edition of the handbook was drafted, judged and issued.
CHANGED_ON = -6


def build(stage: Any) -> None:
    """The stories of data/demo.yaml, in the order in which they happened."""
    told = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    draw = stage.random("rulings")
    for row in told["questions"]:
        _question(stage, row, UUID(int=draw.getrandbits(128), version=4))
    for row in told["proposals"]:
        _proposal(stage, row, UUID(int=draw.getrandbits(128), version=4))
    _changed_clause(stage, told["changed"])
    actions.mark_late(by=SYSTEM, now=stage.now)


def _edition(number: str) -> Edition:
    return Edition.objects.issued().filter(regulation__number=number).order_by("-number")[0]


def _clause(edition: Edition, row: dict[str, Any]) -> int:
    """By its number, or by the words with which it begins."""
    if "clause" in row:
        found = clause_by_number(edition, str(row["clause"]))
        if found is None:
            raise RuntimeError(f"the demo regulation has no clause {row['clause']}")
        return found
    return edition.clauses.filter(text__startswith=row["begins"]).values_list("clause_id", flat=True)[0]


def _speaker(stage: Any, unit: str, place: int = 0) -> Any:
    """Somebody of a department by the place in its list: the first is the head."""
    return stage.company.staff_of(unit)[place].user


def _question(stage: Any, row: dict[str, Any], key: UUID) -> None:
    edition = _edition(row["regulation"])
    question = actions.ask_question(
        by=stage.company.users[row["by"]],
        edition=edition,
        clause_id=_clause(edition, row),
        text=row["text"],
        submission_id=key,
        now=stage.moment(-row["ago"], hour=row.get("hour", 10)),
    )
    unit = row["unit"]
    if "handed" in row:
        to = row["handed"]
        question = actions.hand_over_question(
            by=_speaker(stage, unit),
            question=question,
            to=stage.company.units[to["to"]],
            reason=to["reason"],
            now=stage.moment(-to["ago"], hour=9),
        )
    if "taken_up" in row:
        moment = stage.moment(-row["taken_up"], hour=11)
        actions.acknowledge_question(by=_speaker(stage, unit), question=question, now=moment)
    if "settled" in row:
        _settle(stage, question, row["settled"], _speaker(stage, unit, row.get("speaker", 0)))


def _settle(stage: Any, question: Question, row: dict[str, Any], speaker: Any) -> None:
    now = stage.moment(-row["ago"], hour=15)
    if "asked" not in row:
        verb = {"answer": actions.answer_question, "decline": actions.decline_question}[row["how"]]
        verb(by=speaker, question=question, answer=row["answer"], now=now)
    else:
        ruling = actions.publish_ruling(
            by=speaker, question=question, asked=row["asked"], answer=row["answer"], now=now
        )
        if "withdrawn" in row:
            gone = row["withdrawn"]
            moment = stage.moment(-gone["ago"], hour=16)
            actions.withdraw_ruling(by=speaker, ruling=ruling, reason=gone["reason"], now=moment)
    if row.get("seen"):
        actions.see_answer(by=question.sent_by, thing=question, now=stage.moment(-row["seen"], hour=9))


def _proposal(stage: Any, row: dict[str, Any], key: UUID) -> None:
    edition = _edition(row["regulation"])
    proposal = actions.propose(
        by=stage.company.users[row["by"]],
        edition=edition,
        clause_id=_clause(edition, row),
        kind=row["kind"],
        suggestion=row["suggestion"],
        reason=row["reason"],
        name_shown=row.get("named", False),
        submission_id=key,
        now=stage.moment(-row["ago"], hour=14),
    )
    if "settled" in row:
        answer = row["settled"]
        actions.answer_proposal(
            by=_speaker(stage, row["unit"]),
            proposal=proposal,
            decision=answer["how"],
            answer=answer["answer"],
            now=stage.moment(-answer["ago"], hour=16),
        )
        if answer.get("seen"):
            actions.see_answer(by=proposal.sent_by, thing=proposal, now=stage.moment(-answer["seen"], hour=9))


def _changed_clause(stage: Any, row: dict[str, Any]) -> None:
    """A later edition says something else in a clause with a ruling: the ruling waits to be decided anew."""
    regulation = RegulationPage.objects.get(number=row["regulation"])
    if regulation.editions.filter(state__in=OPEN).exists():
        return  # somebody works on it: the demo does not stand in the way
    editor, approver = stage.company.users["editor"], stage.company.users["approver"]
    before = _edition(row["regulation"])
    draft = start_draft(by=editor, regulation=regulation, now=stage.moment(CHANGED_ON - 3))
    clause = EditionClause.objects.get(edition=draft, text__startswith=row["begins"])
    edit_clause(
        by=editor,
        clause=clause,
        number=clause.number,
        heading=clause.heading,
        text=clause.text.replace(row["was"], row["becomes"]),
        version=clause.version,
        now=stage.moment(CHANGED_ON - 3, hour=10),
    )
    submitted = submit_edition(by=editor, edition=draft, change_note=row["why"], now=stage.moment(CHANGED_ON - 2))
    review_edition(
        by=stage.company.users["second_editor"], edition=submitted, now=stage.moment(CHANGED_ON - 2, hour=15)
    )
    approved = approve_edition(by=approver, edition=submitted, now=stage.moment(CHANGED_ON - 1))
    issued = issue_edition(
        by=approver,
        edition=approved,
        effective_on=stage.day(CHANGED_ON),
        owner_unit=before.owner_unit,
        audience=[AudienceLine(rule.scope, rule.unit, rule.post) for rule in before.audience_rules.all()],
        now=stage.moment(CHANGED_ON),
    )
    for place, username in enumerate(row["read_by"]):
        moment = stage.moment(CHANGED_ON + 1, hour=9 + place)
        give_receipt(by=stage.company.users[username], edition=issued, language="zh-hant", now=moment)
