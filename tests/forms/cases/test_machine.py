"""The life of cases as a machine: two offices, a director, leaders, customers, and the clock, in a random order.

After every step: nobody meets a row, a count or a hint of what is not theirs; nothing is closed that was not settled;
no breach ever vanishes; every due time is what the one function says. The walk is seeded, so a failure can be repeated.
PORTAL_CASE_STEPS=10000 walks as long as the issue asks; the suite walks shorter.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import F
from django.http import QueryDict
from django_scopes import scope, scopes_disabled

from forms.cases import actions, board, clocks, listing, lookalikes, permissions, statistics, tiles
from forms.cases.enums import CUSTOMER_VERBS, ENDED, SETTLED, TRANSITIONS, CaseLevel, CaseState
from forms.cases.models import Case, CaseExtension, CasePromise, CaseStep, ClockPolicy, Incident
from forms.cases.permissions import assignable_people, visible_cases
from portal.journal.actions import CUSTOMER, SYSTEM
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.org.enums import Role
from portal.org.models import Appointment, Estate
from portal.org.readers import reader_for
from tests.forms.cases.test_actions import VERBS
from tests.forms.complaints import NOW
from tests.people import Company

pytestmark = pytest.mark.django_db
STEPS = int(os.environ.get("PORTAL_CASE_STEPS", "300"))
SEED = int(os.environ.get("PORTAL_CASE_SEED", "20261126"))
MOST_CASES = 30
LOOK_EVERY = 20
STAFF = ("clerk", "director", "other_clerk", "other_director", "quality_officer", "unit_manager")
OFFICES = {"clerk": "OFFICE1", "director": "OFFICE1", "other_clerk": "OFFICE2", "other_director": "OFFICE2"}
ENDING = ("withdraw", "decline", "merge", "transfer")
SECRET = "秘密"


@dataclass
class Walk:
    """The world as the test knows it, told apart from what the portal says."""

    company: Company
    file_case: Callable[..., Case]
    random: random.Random
    now: datetime = NOW
    broken: dict[int, datetime] = field(default_factory=dict)  # promise: the due time it broke with
    done: dict[str, int] = field(default_factory=dict)

    def step(self) -> None:
        self.now += timedelta(minutes=self.random.choice((1, 7, 45, 240, 900)))
        cases = list(Case.objects.order_by("pk"))
        if len(cases) < MOST_CASES and self.random.random() < 0.15:
            self.file()
        elif self.random.random() < 0.06:
            actions.resume_due_cases(self.now)
            actions.notice_breaches(self.now)
            actions.escalate_cases(self.now)
        elif cases:
            running = [case for case in cases if case.state not in ENDED]
            self.act(self.random.choice(running if running and self.random.random() < 0.9 else cases))

    def file(self) -> None:
        confined = self.random.random() < 0.3
        self.file_case(
            at=self.now,
            office=self.random.choice(("OFFICE1", "OFFICE2")),
            kind=self.random.choice(("complaint", "request", "enquiry")),
            subject=SECRET if confined else "電梯故障",
            about_director=confined and self.random.random() < 0.5,
            compensation=confined,
            wanted_on=self.now.date() + timedelta(days=2) if self.random.random() < 0.2 else None,
        )

    def act(self, case: Case) -> None:
        verb = self.verb_for(case)
        who = self.random.choice(STAFF)
        by = CUSTOMER if verb in CUSTOMER_VERBS else SYSTEM if verb == "execute_plan" else self.company.users[who]
        before = (case.state, case.version)
        allowed = case.state in TRANSITIONS[verb][0]
        told = self.told(verb, case)
        try:
            VERBS[verb](case=case, by=by, now=self.now, **told)
        except NotYours:
            foreign = any(not self.may(who, "note", other) for other in told.values() if isinstance(other, Case))
            foreign |= any(OFFICES.get(who, at) != at for at in told_offices(told))
            assert foreign or not self.may(who, verb, case), (who, verb, case.level)
        except Refused:
            case.refresh_from_db()
            assert (case.state, case.version) == before
        else:
            assert allowed
            by_itself = verb in CUSTOMER_VERBS or verb == "execute_plan"
            assert by_itself or self.may(who, verb, case), (who, verb, case.level)
            self.done[verb] = self.done.get(verb, 0) + 1

    def verb_for(self, case: Case) -> str:
        """Mostly what the state allows, rarely what ends a case at once; now and then anything."""
        if self.random.random() < 0.2:
            return self.random.choice(list(TRANSITIONS))
        possible = [verb for verb, (allowed, _to) in TRANSITIONS.items() if case.state in allowed]
        return self.random.choices(possible, [1 if verb in ENDING else 6 for verb in possible])[0]

    def may(self, who: str, verb: str, case: Case) -> bool:
        """The law, in the words of the regulation: written here a second time, on purpose."""
        if verb == "issue_plan" and case.level == CaseLevel.OFFICE:
            return False
        if who in ("quality_officer", "unit_manager"):
            return True
        if case.level == CaseLevel.LEADERS or case.office.code != OFFICES[who]:
            return False
        return case.level == CaseLevel.OFFICE or verb == "note"

    def told(self, verb: str, case: Case) -> dict[str, Any]:
        pick = self.random
        others = Case.objects.exclude(pk=case.pk)
        people = list(assignable_people(case)) or [self.company.people["clerk"]]
        return {
            "assign": lambda: {"person": pick.choice([*people, self.company.people["other_clerk"]])},
            "note": lambda: {"text": "說明"},
            "answer": lambda: {"text": "答覆"},
            "resolve": lambda: {"text": "已修好"},
            "decline": lambda: {"text": "不屬範圍"},
            "transfer": lambda: {"reason": "轉", "compensation": pick.random() < 0.3},
            "reopen": lambda: {"reason": "沒好"},
            "withdraw": lambda: {"reason": "撤回"},
            "wait": lambda: {
                "reason": pick.choice(("customer", "parts", "appointment")),
                "until": self.now + timedelta(days=pick.choice((-1, 1, 4))),
            },
            "extend": lambda: {
                "clock_name": pick.choice(("answer", "solution", "wanted", "acknowledge")),
                "new_due": self.now + timedelta(days=pick.choice((1, 9, 30))),
                "reason": "配件",
                "answer": pick.choice(("agreed", "refused", "unreached")),
                "way": "phone",
            },
            "merge": lambda: {"into": pick.choice(list(others) or [case])},
            "gather": lambda: {"incident": pick.choice(list(Incident.objects.all()))},
            "add": lambda: {"text": "補充"},
            "still_broken": lambda: {"text": "還是壞"},
            "rate": lambda: {"stars": pick.randint(1, 5)},
        }.get(verb, dict)()

    def tabs(self, reader: Any, wanted: listing.Wanted) -> list[dict[str, Any]]:
        return listing.tabs(visible_cases(reader), wanted, reader, self.now)

    def forget_some(self) -> None:
        """Makes room for new cases: what ended, and nothing hangs on, is taken away with its promises."""
        ended = Case.objects.filter(state__in=ENDED).exclude(joined__isnull=False)
        gone = list(ended.values_list("pk", flat=True)[:15])
        for pk in CasePromise.objects.filter(case__in=gone).values_list("pk", flat=True):
            self.broken.pop(pk, None)
        Case.objects.filter(pk__in=gone).delete()

    # ---- what must hold
    def check_breaches(self) -> None:
        for promise in CasePromise.objects.filter(pk__in=self.broken):
            assert promise.broken, f"the breach of {promise.pk} vanished"
            assert promise.due_at == self.broken[promise.pk], "a broken promise got another day"
        for promise in CasePromise.objects.broken_at(self.now):
            if promise.broken:
                self.broken.setdefault(promise.pk, promise.due_at)
            late = (promise.kept_at or self.now) > promise.due_at
            assert late, "a promise is called broken before its time"
        assert not CasePromise.objects.filter(broken=False, kept_at__gt=F("due_at")).exists(), (
            "kept late, and not broken"
        )

    def check_states(self) -> None:
        for case in Case.objects.filter(state=CaseState.CLOSED):
            last = CaseStep.objects.filter(case=case).order_by("pk").last()
            assert last is not None
            assert last.before in SETTLED, "closed before anybody answered"
        assert not Case.objects.filter(state__in=ENDED, next_due__isnull=False).exists()
        for case in Case.objects.filter(state=CaseState.MERGED):
            assert case.merged_into is not None
            assert case.merged_into.office_id == case.office_id

    def check_clocks(self) -> None:
        """A running clock shows what the one function says of policy, calendar and history."""
        for promise in CasePromise.objects.pending().filter(broken=False, due_at__gte=self.now).select_related("case"):
            case = promise.case
            agreed = CaseExtension.objects.filter(promise=promise, in_time=True, answer="agreed")
            steps = list(CaseStep.objects.filter(case=case))
            history = clocks.History(
                clocks.pauses_of(steps), tuple(agreed.values_list("asked_at", "new_due").order_by("pk"))
            )
            policy = clocks.CasePolicy.from_json(case.policy)
            due = clocks.due_of(promise.clock, policy, promise.starts_at, history, wanted_on=case.wanted_on)
            assert due == promise.due_at, (promise.clock, steps)

    def check_views(self) -> None:
        """Each person: list, search, tabs, board, tiles, spreadsheet, duplicates, statistics show what is theirs."""
        everything = list(Case.objects.select_related("office"))
        for who, code in OFFICES.items():
            reader = reader_for(self.company.users[who])
            own = {c.pk for c in everything if c.level != CaseLevel.LEADERS and c.office.code == code}
            with scope(unit=reader.unit_ids):
                assert set(visible_cases(reader).values_list("pk", flat=True)) == own
                wanted = listing.Wanted.from_query(QueryDict("view=all"))
                tabs = {tab["url"]: tab["count"] for tab in self.tabs(reader, wanted)}
                assert tabs["?view=all"] == len(own)
                searched = listing.narrowed(visible_cases(reader), listing.Wanted(view="all", q=SECRET))
                hidden = {c.pk for c in everything if c.level == CaseLevel.LEADERS}
                assert not hidden & set(searched.values_list("pk", flat=True))
                open_own = [c for c in everything if c.pk in own and c.state not in ENDED]
                shown = board.board_for(reader, self.now)
                figures = {figure.name: figure.value for figure in shown.figures}
                assert figures["open"] == len(open_own)
                assert sum(row.count for row in shown.kinds) == len(open_own)
                assert sum(row.count for row in shown.ages) == len(open_own)
                shown_rows = listing.shown(visible_cases(reader), wanted, reader, self.now)
                numbers = {row[0] for row in listing.export_rows(shown_rows, self.now)}
                assert numbers == {c.number for c in everything if c.pk in own}
                lines = {label for tile in tiles._desk_tiles(reader, self.now) for label, _url in tile.rows}
                assert not any(c.number in line for c in everything if c.pk not in own for line in lines)
                for case in open_own[:3]:
                    assert set(lookalikes.likely_duplicates(case).values_list("pk", flat=True)) <= own
            unit = self.company.units[code]
            counted = statistics.case_counts(unit, Period.parse("2026Q4"), now=self.now).received
            assert counted == len([c for c in everything if c.pk in own and _in_quarter(c)])


def told_offices(told: dict[str, Any]) -> list[str]:
    """The office of an incident that a verb was told."""
    return [thing.unit.code for thing in told.values() if isinstance(thing, Incident)]


def _in_quarter(case: Case) -> bool:
    return Period.parse("2026Q4").start <= case.received_at.date() <= Period.parse("2026Q4").end


@pytest.fixture
def walk(file_case: Callable[..., Case], company: Company) -> Walk:
    Appointment.objects.create(
        person=company.people["unit_manager"],
        post=company.posts[Role.UNIT_MANAGER],
        unit=company.units["HQ"],
        starts_on="2020-01-01",
    )
    for kind in ("complaint", "request"):
        ClockPolicy.objects.create(kind=kind, acknowledge_hours=4, answer_days=5, solution_days=9)
    with scopes_disabled():
        for office in ("OFFICE1", "OFFICE2"):
            estate = Estate.objects.get(office__code=office)
            actions.open_incident(by=company.users["quality_officer"], title="爆管", estate=estate, say="搶修", now=NOW)
    return Walk(company, file_case, random.Random(SEED))


def test_nothing_foreign_appears_nothing_closes_early_no_breach_vanishes(walk: Walk) -> None:
    for number in range(STEPS):
        with scopes_disabled():
            walk.step()
            if number % LOOK_EVERY == 0 or number == STEPS - 1:
                walk.check_breaches()
                walk.check_states()
                walk.check_clocks()
        if number % (LOOK_EVERY * 5) == 0 or number == STEPS - 1:
            with scopes_disabled():
                walk.check_views()
        if number % 300 == 299:
            with scopes_disabled():
                walk.forget_some()
    # A short walk comes by the common verbs; a long one by all of them.
    wanted = set(TRANSITIONS) if STEPS >= 5000 else {"acknowledge", "answer", "wait", "extend", "note", "resolve"}
    assert set(walk.done) >= wanted
    assert walk.broken, "nothing ever broke: the walk is too gentle to say anything"


def test_the_walk_notices_a_portal_that_forgives(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: a breach that is cleared when somebody answers after all."""
    with scopes_disabled():
        walk.file()
        walk.now += timedelta(days=30)
        actions.notice_breaches(walk.now)
        walk.check_breaches()
        CasePromise.objects.filter(broken=True).update(broken=False)
        with pytest.raises(AssertionError, match="vanished"):
            walk.check_breaches()


def test_the_walk_notices_a_director_who_sees_it(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: what is with the leaders lies under the office, and the level is not looked at."""
    with scopes_disabled():
        case = walk.file_case(about_director=True, subject=SECRET, at=walk.now)
        walk.check_views()
        Case.objects.filter(pk=case.pk).update(unit=walk.company.units["OFFICE1"])
        monkeypatch.setattr(permissions, "CaseLevel", SimpleNamespace(LEADERS="no such level", OFFICE="office"))
        with pytest.raises(AssertionError):
            walk.check_views()
