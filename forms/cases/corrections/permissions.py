"""Who issues plans, carries out their items, records causes, verifies effects, writes and releases reports. The only
place in this room that names roles.

What belongs to a case at the leaders' level does not exist for anybody who holds a post in the office it is about
(SRV-18), whatever other post they hold; a report that the leaders released is the whole company's.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from forms.cases.corrections.enums import ItemState
from forms.cases.corrections.models import (
    CorrectiveReport,
    ItemQuerySet,
    PlanItem,
    Prevention,
    PreventionQuerySet,
    ReportQuerySet,
)
from forms.cases.enums import CaseKind, CaseLevel, CaseState
from forms.cases.models import Case
from forms.cases.permissions import (
    OFFICE_ROLES,
    QUALITY,
    reader_answers_for_company,
    reader_can_act_on_case,
    reader_can_see_case,
    reader_is_leader,
)
from portal.lib import clock
from portal.org.enums import MANAGING, Role, UnitKind
from portal.org.models import Appointment, Person, Post, Unit
from portal.org.readers import Reader, reader_for

NOT_OURS_ANY_MORE = frozenset({CaseState.WITHDRAWN, CaseState.MERGED})


def reached_the_company(case: Case) -> bool:
    return case.level != CaseLevel.OFFICE


def needs_cause(case: Case) -> bool:
    """A complaint that reached the company: cause found, prevention recorded before it closes (SRV-21)."""
    return case.kind == CaseKind.COMPLAINT and reached_the_company(case)


def reader_is_staff(reader: Reader) -> bool:
    return reader.is_staff_member


def _is_reader(user: Any) -> bool:
    return bool(user is not None and user.pk)


def _own_units(reader: Reader) -> list[int]:
    return [unit.pk for unit in reader.units]


def _is_hidden(reader: Reader, case: Case) -> bool:
    return case.level == CaseLevel.LEADERS and case.office_id in _own_units(reader)


# ---- owners ----------------------------------------------------------------------------------------------------------
def office_of(case: Case) -> Unit:
    return case.office or case.unit


def people_who_may_own(case: Case) -> QuerySet[Person]:
    """Whom an item or a measure may be given to: the people of the office and of the company. At the leaders' level the
    departments instead, and nobody of the office it is about (SRV-18)."""
    today = Appointment.objects.on(clock.today())
    company = Q(post__role__in=QUALITY) | Q(post__role__in=MANAGING, unit__kind=UnitKind.COMPANY)
    if case.level == CaseLevel.LEADERS:
        office = today.filter(unit=case.office_id).values("person")
        chosen = today.filter(company | Q(unit__kind=UnitKind.DEPARTMENT)).exclude(person__in=office)
    else:
        chosen = today.filter(company | Q(unit=office_of(case)))
    return Person.objects.filter(pk__in=chosen.values("person")).order_by("staff_number")


def posts_that_may_own(case: Case) -> list[tuple[Post, Unit]]:
    """Posts of the office, each once: whoever holds one that day carries the item out. None at the leaders' level."""
    if case.level == CaseLevel.LEADERS:
        return []
    unit = office_of(case)
    held = Appointment.objects.on(clock.today()).filter(unit=unit)
    posts = Post.objects.filter(pk__in=held.values("post")).order_by("role", "code")
    return [(post, unit) for post in posts]


def owned_by(reader: Reader) -> Q:
    found = Q(owner__user=reader.user.pk) if reader.is_signed_in else Q(pk__in=())  # asks nothing by itself
    for appointment in reader.appointments:
        found |= Q(post=appointment.post_id, unit=appointment.unit_id)
    return found


def reader_owns(reader: Reader, item: PlanItem) -> bool:
    if item.owner_id is not None:
        return reader.person is not None and reader.person.pk == item.owner_id
    return any(one.post_id == item.post_id and one.unit_id == item.unit_id for one in reader.appointments)


# ---- items of plans --------------------------------------------------------------------------------------------------
def visible_items(reader: Reader) -> ItemQuerySet:
    """Items of the cases this reader sees, and the own ones, whatever scope is active."""
    return _visible_items(reader, reader.unit_ids_as(*OFFICE_ROLES))


def visible_items_in_query(reader: Reader) -> ItemQuerySet:
    """The same items, to stand inside another query: asks the database nothing by itself."""
    return _visible_items(reader, reader.units_below_as(*OFFICE_ROLES).order_by().values("pk"))


def _visible_items(reader: Reader, offices: Any) -> ItemQuerySet:
    with scopes_disabled():
        found: ItemQuerySet = PlanItem.objects.all()
    if own_units := _own_units(reader):
        found = found.exclude(plan__case__level=CaseLevel.LEADERS, plan__case__office__in=own_units)
    if reader_answers_for_company(reader):
        return found
    return found.filter(_to_carry_out(reader, offices))


def _to_carry_out(reader: Reader, offices: Any) -> Q:
    """The own items, and those of the offices kept, but for what lies with the leaders."""
    return owned_by(reader) | (Q(plan__case__unit__in=offices) & ~Q(plan__case__level=CaseLevel.LEADERS))


def items_to_carry_out(reader: Reader) -> ItemQuerySet:
    return visible_items(reader).filter(_to_carry_out(reader, reader.unit_ids_as(*OFFICE_ROLES)))


def reader_may_see_item_files(reader: Reader, key: str) -> bool:
    """The guard of an item's proof."""
    with scopes_disabled():
        return key.isdecimal() and visible_items(reader).filter(pk=key).exists()


def reader_can_report(reader: Reader, item: PlanItem) -> bool:
    """The owner; the clerks and director of the office; past the office whoever answers for the company."""
    case = item.plan.case
    if _is_hidden(reader, case):
        return False
    if reader_owns(reader, item):
        return True
    if case.level == CaseLevel.LEADERS:
        return reader_answers_for_company(reader)
    return case.unit_id in reader.unit_ids_as(*OFFICE_ROLES)


def reader_can_judge(reader: Reader, item: PlanItem) -> bool:
    """Whoever answers for the company, has no post in the office, and neither owns nor reported the item."""
    case = item.plan.case
    if not reader_answers_for_company(reader) or case.office_id in _own_units(reader) or reader_owns(reader, item):
        return False
    return item.done_by_id is None or item.done_by_id != reader.user.pk


def user_can_report(user: Any, item: PlanItem) -> bool:
    return _is_reader(user) and reader_can_report(reader_for(user), item)


def user_can_judge(user: Any, item: PlanItem) -> bool:
    return _is_reader(user) and reader_can_judge(reader_for(user), item)


def reader_can_issue(reader: Reader, case: Case) -> bool:
    """The quality department and the company's leaders, for what reached the company."""
    return reached_the_company(case) and reader_can_act_on_case(reader, "issue_plan", case)


def user_can_issue(user: Any, case: Case) -> bool:
    return _is_reader(user) and reader_can_issue(reader_for(user), case)


def who_carried_out(case: Case) -> set[int]:
    """Keys of the accounts that carried out the plan or judged its proofs: they handled the case (SRV-20)."""
    with scopes_disabled():
        rows = PlanItem.objects.filter(plan__case=case).exclude(state=ItemState.DROPPED)
        found = rows.values_list("done_by", "judged_by", "owner__user")
        return {key for row in found for key in row if key is not None}


# ---- causes and preventive measures ----------------------------------------------------------------------------------
def reader_can_write_cause(reader: Reader, case: Case) -> bool:
    """Company and office alike (SRV-21); past the office at the leaders' level."""
    return case.erased_at is None and case.state not in NOT_OURS_ANY_MORE and reader_can_see_case(reader, case)


def user_can_write_cause(user: Any, case: Case) -> bool:
    return _is_reader(user) and reader_can_write_cause(reader_for(user), case)


def visible_preventions(reader: Reader) -> PreventionQuerySet:
    """Measures of the cases this reader sees, and the own ones."""
    return _visible_preventions(reader, reader.unit_ids_as(*OFFICE_ROLES))


def visible_preventions_in_query(reader: Reader) -> PreventionQuerySet:
    """The same measures, to stand inside another query: asks the database nothing by itself."""
    return _visible_preventions(reader, reader.units_below_as(*OFFICE_ROLES).order_by().values("pk"))


def _visible_preventions(reader: Reader, offices: Any) -> PreventionQuerySet:
    with scopes_disabled():
        found: PreventionQuerySet = Prevention.objects.all()
    if own_units := _own_units(reader):
        found = found.exclude(case__level=CaseLevel.LEADERS, case__office__in=own_units)
    if reader_answers_for_company(reader):
        return found
    office = Q(case__unit__in=offices) & ~Q(case__level=CaseLevel.LEADERS)
    return found.filter(own_prevention(reader) | office)


def own_prevention(reader: Reader) -> Q:
    return Q(owner__user=reader.user.pk) if reader.is_signed_in else Q(pk__in=())


def reader_may_see_prevention_files(reader: Reader, key: str) -> bool:
    with scopes_disabled():
        return key.isdecimal() and visible_preventions(reader).filter(pk=key).exists()


def _owns_prevention(reader: Reader, measure: Prevention) -> bool:
    return reader.person is not None and reader.person.pk == measure.owner_id


def reader_can_do_prevention(reader: Reader, measure: Prevention) -> bool:
    """The owner, or whoever may write the cause."""
    if _is_hidden(reader, measure.case):
        return False
    return _owns_prevention(reader, measure) or reader_can_see_case(reader, measure.case)


def reader_can_verify(reader: Reader, measure: Prevention) -> bool:
    """Whoever answers for the case, and neither owns the measure nor reported it done."""
    case = measure.case
    if not reader_can_see_case(reader, case) or _owns_prevention(reader, measure):
        return False
    if measure.done_by_id == reader.user.pk:
        return False
    return case.level == CaseLevel.OFFICE or reader_answers_for_company(reader)


def user_can_do_prevention(user: Any, measure: Prevention) -> bool:
    return _is_reader(user) and reader_can_do_prevention(reader_for(user), measure)


def user_can_verify(user: Any, measure: Prevention) -> bool:
    return _is_reader(user) and reader_can_verify(reader_for(user), measure)


# ---- major complaints and reports ------------------------------------------------------------------------------------
def reader_can_mark_major(reader: Reader, case: Case) -> bool:
    """The quality department and the leaders, for complaints that reached the company and whose data is not erased."""
    if case.erased_at is not None or not needs_cause(case):
        return False
    return reader_answers_for_company(reader) and reader_can_see_case(reader, case)


def user_can_mark_major(user: Any, case: Case) -> bool:
    return _is_reader(user) and reader_can_mark_major(reader_for(user), case)


def reader_writes_reports(reader: Reader) -> bool:
    return reader_answers_for_company(reader)


def visible_drafts(reader: Reader) -> ReportQuerySet:
    """Reports in every state, for who writes and releases them; none about the own office's hidden cases."""
    with scopes_disabled():
        found: ReportQuerySet = CorrectiveReport.objects.all()
    if not reader_answers_for_company(reader):
        return found.none()
    if own_units := _own_units(reader):
        found = found.exclude(case__level=CaseLevel.LEADERS, case__office__in=own_units)
    return found


def reader_can_write_report(reader: Reader, case: Case) -> bool:
    return reader_answers_for_company(reader) and reader_can_see_case(reader, case)


def reader_can_approve(reader: Reader, report: CorrectiveReport) -> bool:
    """Somebody who wrote no word of it."""
    return reader_can_write_report(reader, report.case) and reader.user.pk not in report.writers


def reader_can_release(reader: Reader, report: CorrectiveReport) -> bool:
    """Publishing, and taking back: at the leaders' level the leaders alone (SRV-18)."""
    if not reader_can_write_report(reader, report.case):
        return False
    return reader_is_leader(reader) if report.case.level == CaseLevel.LEADERS else True


def user_can_write_report(user: Any, case: Case) -> bool:
    return _is_reader(user) and reader_can_write_report(reader_for(user), case)


def user_can_approve(user: Any, report: CorrectiveReport) -> bool:
    return _is_reader(user) and reader_can_approve(reader_for(user), report)


def user_can_release(user: Any, report: CorrectiveReport) -> bool:
    return _is_reader(user) and reader_can_release(reader_for(user), report)


def published_reports(reader: Reader) -> ReportQuerySet:
    """What the whole company reads."""
    with scopes_disabled():
        found: ReportQuerySet = CorrectiveReport.objects.published()
    return found if reader.is_staff_member else found.none()


def units_counted(reader: Reader) -> tuple[int, ...] | None:
    """Whose receipts this reader may look at: all (None), those of the units managed, of nobody (())."""
    if reader_answers_for_company(reader) or reader.has_role(Role.ADMINISTRATOR):
        return None
    return reader.unit_ids_as(*MANAGING)
