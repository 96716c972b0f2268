"""Every one of the 58 duties: it exists, stands under a clause, says whom it binds and how often, and is measured or a
gap - never silently done."""

from __future__ import annotations

import pytest

from policies import actions, demo
from policies.actions.obligations import shipped
from policies.binding import UnitTree
from policies.enums import Bound, PeriodKind
from policies.importing import import_parsed
from policies.models import Obligation
from policies.obligations import Results
from policies.parsing import parse, read_file
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import measures
from portal.org.enums import Role
from tests.people import build_company

IDS = [
    *(f"SAL-{number:02d}" for number in range(1, 9)),
    *(f"SRV-{number:02d}" for number in range(1, 25)),
    *(f"SAF-{number:02d}" for number in range(1, 27)),
]
# id: (units bound that exist in the small company, how often)
SOME = {
    "SAL-06": ({"SALES1"}, "event"),
    "SRV-09": ({"HQ"}, "week"),
    "SRV-13": ({"OFFICE1", "OFFICE2"}, "half"),
    "SAF-14": ({"CREW1", "CREW2"}, "day"),
    "SAF-18": ({"HQ", "PROJECT1"}, "month"),
    "SAF-21": ({"QHSE"}, "standing"),
    "SAF-26": ({"QHSE"}, "event"),
}


@pytest.fixture(scope="module")
def tied(django_db_setup, django_db_blocker):
    """The three demo regulations in force, the duties tied to them, whom each binds; undone at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        company = build_company()
        for name, owner in (("sales.txt", "SALES1"), ("service.txt", "PROPERTY"), ("safety.txt", "QHSE")):
            read = parse(read_file((demo.DATA / name).read_bytes(), name))
            edition = import_parsed(by=company.users["editor"], result=read, source_name=name)[0].edition
            actions.submit_edition(by=company.users["editor"], edition=edition, change_note="x")
            actions.review_edition(by=company.users["second_editor"], edition=edition)
            actions.approve_edition(by=company.users["approver"], edition=edition)
            actions.issue_edition(
                by=company.users["approver"],
                edition=edition,
                effective_on=clock.today(),
                owner_unit=company.units[owner],
                audience=[actions.AudienceLine("staff")],
            )
        actions.load_obligations(by=SYSTEM)
        yield {one.code: one for one in Obligation.objects.select_related("regulation")}, UnitTree(clock.today())
        transaction.set_rollback(True)


def test_there_are_58():
    assert len(IDS) == 58
    assert [row["code"] for row in shipped()["obligations"]] == IDS


@pytest.mark.parametrize("code", IDS)
def test_a_duty_is_whole(tied, code):
    duties, tree = tied
    one = duties[code]
    assert one.clause_id, "it stands under a clause of a demo regulation"
    assert one.regulation is not None
    assert one.clause.texts.exists()
    assert one.who
    assert one.duty
    assert one.period_kind in PeriodKind.values
    assert one.closing_kind in {"day", "week", "month", "quarter", "half", "year"}
    assert set(one.binds) <= set(Bound.values)
    assert set(one.roles) <= set(Role.values)
    assert tree.binding(one).bound, "somebody is bound by it"
    unit = tree.by_id[min(tree.binding(one).bound)]
    month = Period.of("month", clock.today())
    state = Results([unit], month.start, month.end, today=clock.today()).state(one, unit, month)
    if measures.get(one.measure_name) is None:
        assert (state.word, state.state, state.result) == ("not_measured", "not_measured", None)
    else:
        assert state.word == "not_counted"


@pytest.mark.parametrize("code", SOME)
def test_whom_it_binds_and_how_often(tied, code):
    duties, tree = tied
    units, kind = SOME[code]
    assert {tree.by_id[pk].code for pk in tree.binding(duties[code]).bound} == units
    assert duties[code].period_kind == kind


def test_units_above_are_concerned_and_others_are_not(tied):
    duties, tree = tied
    binding = tree.binding(duties["SAF-14"])
    assert {tree.by_id[pk].code for pk in binding.concerned} == {"CREW1", "CREW2", "PROJECT1", "HQ"}
