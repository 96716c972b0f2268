"""The 58 duties: shipped whole, tied to their clauses, measured where evidence is, a gap where none is."""

from __future__ import annotations

import io
import json
from datetime import date, datetime

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from policies import actions, demo, measures, obligations
from policies.actions import AudienceLine
from policies.actions.obligations import shipped
from policies.importing import import_parsed
from policies.models import Edition, Obligation
from policies.parsing import parse, read_file
from portal.journal.actions import SYSTEM
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.lib.registries import measures as registry
from portal.org.readers import reader_for
from tests.conftest import SHARED
from tests.policies.conftest import NOW, through_review, undone

MARCH = Period.parse("2026-03")


@pytest.fixture
def safety(company, issue):
    """A safety regulation in force for crew 1 since 2 March 2026, tied to its obligations."""
    result = parse(read_file(demo.DATA / "safety.txt"))
    edition = import_parsed(by=company.users["editor"], result=result, source_name="s", now=NOW)[0].edition
    issued = issue(
        through_review(company, edition),
        audience=[AudienceLine("unit", unit=company.units["CREW1"]), AudienceLine("public")],
    )
    actions.load_obligations(by=SYSTEM, now=NOW)
    return issued


def test_all_58_ship_with_the_codes_and_clauses_of_the_mission():
    path = SHARED / "obligations.yaml"
    rows = {row["code"]: row["clause"] for row in shipped()["obligations"]}
    assert len(rows) == 58
    if not path.exists():
        pytest.skip("the list of the mission is not beside this checkout; the number alone is tested")
    mission = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert rows == {row["id"]: str(row["clause"]) for group in mission.values() for row in group}


def test_loading_again_changes_nothing(db):
    first = actions.load_obligations(by=SYSTEM)
    assert (first.new, first.linked) == (58, 0)
    again = actions.load_obligations(by=SYSTEM)
    assert (again.new, again.changed) == (0, 0)


def test_every_duty_finds_its_clause_in_the_real_regulations(company, shared_seed):
    result = parse(read_file(shared_seed))
    import_parsed(by=company.users["editor"], result=result, source_name="seed")
    assert actions.load_obligations(by=SYSTEM).linked == 58
    words = {
        "SAF-08": "安全觀察與溝通報告(見附錄A)",
        "SAF-14": "大班每人每天",
        "SRV-01": "24小時服務熱線",
        "SRV-09": "抽樣20%",
        "SRV-13": "60%以上",
        "SRV-17": "耐心傾聽",
        "SAL-06": "財務部門",
    }
    for code, said in words.items():
        row = Obligation.objects.get(code=code).clause.texts.get()
        assert said in row.heading + row.text, code


def test_links_stay_when_the_next_edition_comes(company, safety):
    before = Obligation.objects.get(code="SAF-21").clause
    draft = actions.start_draft(by=company.users["editor"], regulation=safety.regulation)
    assert draft.clauses.filter(clause=before).exists()
    actions.load_obligations(by=SYSTEM)
    assert Obligation.objects.get(code="SAF-21").clause == before


# ---- states ---------------------------------------------------------------------------------------------------------


def test_a_duty_without_a_measure_is_a_gap_and_never_done(db, monkeypatch):
    monkeypatch.setattr(registry, "_entries", {})
    actions.load_obligations(by=SYSTEM)
    found = obligations.states(None, MARCH)
    assert {one.state for one in found} == {"not_measured"}
    assert {one.result for one in found} == {None}
    report = obligations.as_json(found, None, MARCH)
    assert report["counts"] == {
        "all": 58,
        "measured": 0,
        "not_measured": 58,
        "missed": 0,
        "due": 0,
        "done": 0,
        "nothing_due": 0,
    }


@pytest.mark.parametrize(
    ("measured", "result"),
    [
        (Measured(3, 3, 0), "done"),
        (Measured(3, 1, 0), "due"),
        (Measured(3, 1, 2), "missed"),
        (Measured(3, 3, 1), "missed"),
        (Measured(0, 0, 0), "nothing_due"),
        (None, None),
    ],
)
def test_how_a_measure_reads(measured, result):
    assert obligations.ObligationState(Obligation(code="X"), measured).result == result


# ---- our own measures -----------------------------------------------------------------------------------------------


def at(month: int, day: int) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, 12))


@pytest.fixture
def today(monkeypatch):
    def on(day: date) -> None:
        monkeypatch.setattr("portal.lib.clock.today", lambda at=None: day)

    return on


def test_receipts_are_counted_against_who_is_asked(company, safety, today):
    """SAF-01, clause 3: crew 1 has three people; the public is asked for nothing."""
    measure = registry.get("SAF-01")
    today(date(2026, 3, 20))
    actions.give_receipt(by=company.users["employee"], edition=safety, language="zh-hant", now=at(3, 10))
    crew, other, everybody = company.units["CREW1"], company.units["CREW2"], None
    for unit in (crew, everybody):
        found = measure(unit, MARCH)
        assert (found.due, found.done, found.missed) == (3, 1, 0), "the month still runs"
    assert measure(other, MARCH).due == 0
    today(date(2026, 4, 5))
    actions.give_receipt(by=company.users["crew_leader"], edition=safety, language="zh-hant", now=at(4, 2))
    found = measure(crew, MARCH)
    assert (found.done, found.missed, found.late) == (1, 2, 1), "who came late is still late in March"
    assert measure(crew, Period.parse("2026-04")).done == 2
    assert measure(crew, Period.parse("2026-02")).due == 0, "nothing was in force"


def test_people_asked_agree_with_readers_asked(company, approved, issue):
    lines = [
        AudienceLine("staff"),
        AudienceLine("post", post=company.posts["crew_leader"]),
        AudienceLine("unit", unit=company.units["PROPERTY"]),
        AudienceLine("unit_post", unit=company.units["HQ"], post=company.posts["office_director"]),
    ]
    for line in lines:
        with undone():
            edition = issue(Edition.objects.get(pk=approved.pk), audience=[line, AudienceLine("public")])
            asked = measures.people_asked(edition, None, date(2026, 3, 2))
            expected = {
                person.pk
                for username, person in company.people.items()
                if reader_for(company.users[username]).tokens & {line.token}
            }
            assert asked == expected, line


def test_editions_are_kept_whole_or_that_is_seen(company, safety):
    """SAF-21, clause 6.2."""
    assert registry.get("SAF-21")(None, MARCH).done == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE policies_editionclause SET text = 'x' WHERE edition_id = %s", [safety.pk])
    found = registry.get("SAF-21")(None, MARCH)
    assert (found.due, found.done, found.missed) == (1, 0, 1)


def test_a_review_that_is_overdue_is_missed(company, safety, today):
    """SAF-23, clause 6.4: due 2 March 2029."""
    measure = registry.get("SAF-23")
    today(date(2029, 3, 20))
    assert (measure(None, Period.parse("2026")).missed, measure(None, Period.parse("2029-03")).missed) == (0, 1)
    assert measure(company.units["QHSE"], Period.parse("2029-03")).due == 1
    assert measure(company.units["FINANCE"], Period.parse("2029-03")).due == 0


# ---- the command ----------------------------------------------------------------------------------------------------


def show(*arguments) -> str:
    out = io.StringIO()
    call_command("show_obligations", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_all_of_them(company, safety):
    report = json.loads(show("--unit", "CREW1", "--period", "2026-03", "--format", "json"))
    assert (report["unit"], report["period"], len(report["obligations"])) == ("CREW1", "2026-03", 58)
    row = next(row for row in report["obligations"] if row["code"] == "SAF-01")
    assert set(row) == {
        "code",
        "regulation",
        "clause",
        "linked",
        "who",
        "duty",
        "period_kind",
        "measure",
        "state",
        "result",
        "due",
        "done",
        "missed",
        "rows_url",
        "note",
        "binds",
        "roles",
        "deadline",
        "periods",
        "frozen",
        "frozen_at",
        "late",
    }
    assert (row["linked"], row["state"], row["due"]) == (True, "measured", 3)
    counts = report["counts"]
    assert counts["measured"] + counts["not_measured"] == counts["all"] == 58
    assert "SAF-26" in show()


def test_the_command_refuses_what_it_does_not_know(company):
    for arguments in (["--unit", "NOWHERE"], ["--period", "soon"]):
        with pytest.raises(CommandError):
            show(*arguments)
