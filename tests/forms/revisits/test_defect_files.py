"""A repaired leak under watch: visits by date and after rain, missed ones stay, two people release it (SRV-10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forms.cases.orders.models import WorkOrder
from forms.revisits.actions.watching import NewFile, open_file, plan_visit, record_rain, record_visit, sign_release
from forms.revisits.enums import VisitCause
from forms.revisits.measures import defect_visits
from forms.revisits.models import DefectVisit, Revisit
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate
from tests.forms.complaints import picture
from tests.forms.work_orders import NOW

pytestmark = pytest.mark.usefixtures("no_scope")
DAY = date(2026, 11, 23)


@pytest.fixture
def order(write) -> WorkOrder:
    return write("roof", to="finished")


@pytest.fixture
def new(company, order) -> NewFile:
    return NewFile(
        office=company.units["OFFICE1"],
        estate=Estate.objects.get(code="CUIHU"),
        subject_type="case_orders.workorder",
        subject_id=str(order.pk),
        title="頂樓臥室滲水",
        place=order.place,
        first_on=DAY + timedelta(days=7),
    )


@pytest.fixture
def file(company, new):
    return open_file(by=company.users["clerk"], new=new, now=NOW)


@pytest.fixture
def visit(file) -> DefectVisit:
    return file.visits.order_by("due_on").first()


def after(days: int):
    return NOW + timedelta(days=days)


def look(company, visit, condition="sound", by="repairer", days=7, **more):
    return record_visit(by=company.users[by], visit=visit, condition=condition, now=after(days), **more)


def test_the_schedule_is_made_once(company, new, file):
    due = [visit.due_on for visit in file.visits.order_by("due_on")]
    assert due == [DAY + timedelta(days=number) for number in (7, 37, 67)]
    with pytest.raises(Conflict):
        open_file(by=company.users["clerk"], new=new, now=NOW)


@pytest.mark.parametrize("username", ["other_clerk", "repairer", "quality_officer"])
def test_the_service_centre_of_the_office_keeps_the_file(company, new, username):
    with pytest.raises(NotYours):
        open_file(by=company.users[username], new=new, now=NOW)


def test_rain_makes_a_visit_due_at_each_open_file_of_the_estate_once(company, file):
    clerk, estate = company.users["clerk"], file.estate
    [made] = record_rain(by=clerk, estate=estate, day=DAY, now=NOW)
    assert (made.cause, made.opens_on, made.due_on) == (VisitCause.AFTER_RAIN, DAY, DAY + timedelta(days=3))
    with pytest.raises(Conflict):
        record_rain(by=clerk, estate=estate, day=DAY, now=NOW)
    for wrong in (DAY + timedelta(days=1), DAY - timedelta(days=8)):
        with pytest.raises(Refused):
            record_rain(by=clerk, estate=estate, day=wrong, now=NOW)
    with pytest.raises(NotYours):
        record_rain(by=company.users["other_clerk"], estate=estate, day=DAY, now=NOW)


def test_a_record_has_photos_and_is_written_once(company, visit):
    look(company, visit, uploads=examine_files([picture()]))
    assert files_of(visit).count() == 1
    with pytest.raises(Conflict):
        look(company, visit)
    with pytest.raises(NotYours):
        look(company, visit, by="other_repairer")


def test_what_is_not_sound_is_described(company, visit):
    with pytest.raises(Refused) as refused:
        look(company, visit, "doubtful")
    assert refused.value.field == "words"


def test_a_missed_visit_stays_missed(company, visit, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: after(20))
    month, office = Period.parse("2026-11"), company.units["OFFICE1"]
    found = defect_visits(office, month)
    assert (found.due, found.done, found.missed, found.late) == (1, 0, 1, 0)
    look(company, visit, days=20)
    found = defect_visits(office, month)
    assert (found.due, found.done, found.missed, found.late) == (1, 0, 1, 1)


def test_two_different_people_release_it_after_a_sound_visit(company, file, visit):
    clerk, director = company.users["clerk"], company.users["director"]
    with pytest.raises(Refused, match="found it sound"):
        sign_release(by=clerk, file=file, words="沒有再滲", now=after(7))
    look(company, visit)
    sign_release(by=clerk, file=file, words="沒有再滲", now=after(8))
    with pytest.raises(Conflict, match="another person"):
        sign_release(by=clerk, file=file, words="沒有再滲", now=after(8))
    released = sign_release(by=director, file=file, words="牆面乾燥", now=after(9))
    assert released.released_at == after(9)
    assert file.visits.filter(dropped=True).count() == 2
    with pytest.raises(Conflict):
        plan_visit(by=clerk, file=file, due_on=DAY + timedelta(days=90), now=after(10))


def test_a_doubtful_visit_takes_the_signature_back(company, file, visit):
    look(company, visit)
    sign_release(by=company.users["clerk"], file=file, words="沒有再滲", now=after(8))
    more = plan_visit(by=company.users["clerk"], file=file, due_on=DAY + timedelta(days=10), now=after(8))
    look(company, more, "doubtful", words="牆角有一點潮", days=10)
    assert not file.signatures.exists()


def test_a_defect_that_is_back_starts_the_rework_by_itself(company, order, visit):
    look(company, visit, "broken", words="又滲水了")
    assert WorkOrder.objects.get(rework_of=order).what == "又滲水了"
    assert Revisit.objects.filter(kind="special").count() == 1
