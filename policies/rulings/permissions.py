"""Who may ask, answer, propose and read. The only place in this app that names roles."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from policies.enums import EditionState
from policies.models import Edition
from policies.permissions import reader_can_read_edition
from policies.rulings.models import OwedQuerySet, Proposal, ProposalQuerySet, Question, Ruling, RulingQuerySet
from portal.journal.actions import SYSTEM
from portal.org.enums import MANAGING, Role
from portal.org.models import Appointment, Unit, User
from portal.org.readers import Reader, reader_for

# In a department, its managers and those who write, judge and watch its regulations speak for it ...
ANSWERING = MANAGING | {Role.EDITOR, Role.APPROVER, Role.QUALITY_OFFICER}
# ... and so do these posts, whose role alone says nothing of the kind.
ANSWERING_POSTS = frozenset({"safety_officer", "sales_supervisor"})


def _speaks(held: Any) -> bool:
    return held.post.role in ANSWERING or held.post.code in ANSWERING_POSTS


def answering_paths(reader: Reader) -> tuple[str, ...]:
    """Units for which this reader may answer; asks the database nothing beyond the appointments."""
    return tuple(held.unit.path for held in reader.appointments if _speaks(held))


def reader_answers_for(reader: Reader, unit: Unit) -> bool:
    """An answering post in the department itself, or a manager of a unit above it."""
    for held in reader.appointments:
        if held.unit_id == unit.pk and _speaks(held):
            return True
        if held.post.role in MANAGING and unit.path.startswith(held.unit.path):
            return True
    return False


def people_of_desk(unit: Unit, day: Any) -> QuerySet[User]:
    """Accounts of those who speak for a department itself."""
    held = (
        Appointment.objects.on(day)
        .filter(unit=unit, person__user__isnull=False)
        .filter(Q(post__role__in=ANSWERING) | Q(post__code__in=ANSWERING_POSTS))
    )
    return User.objects.filter(pk__in=held.values("person__user"), is_active=True).order_by("first_name", "pk")


# ---- asking ---------------------------------------------------------------------------------------------------------
def reader_can_ask(reader: Reader, edition: Edition) -> bool:
    """Whoever is in the audience and has an account: staff, and customers where a regulation is for everybody."""
    return reader.is_signed_in and reader_can_read_edition(reader, edition)


def reader_can_propose(reader: Reader, edition: Edition) -> bool:
    """Anybody on the staff (SAF-01, clause 3.5)."""
    return reader.is_staff_member and reader_can_read_edition(reader, edition)


def editions_to_ask_about(reader: Reader) -> QuerySet[Edition]:
    """Issued editions this reader may read, those in force and those announced."""
    found = Edition.objects.filter(state=EditionState.ISSUED).for_tokens(reader.tokens)
    return found.select_related("regulation").order_by("regulation__number", "title", "number")


def questions_of(reader: Reader) -> OwedQuerySet:
    """The reader's own."""
    with scopes_disabled():
        return Question.objects.filter(sent_by=reader.user).for_list().order_by("-sent_at")


def proposals_of(reader: Reader) -> ProposalQuerySet:
    with scopes_disabled():
        return Proposal.objects.filter(sent_by=reader.user).for_list().order_by("-sent_at")


# ---- the desk -------------------------------------------------------------------------------------------------------
def reader_sees_desk(reader: Reader) -> bool:
    """Who answers for some department; company-wide roles look on."""
    return bool(answering_paths(reader)) or reader.sees_every_unit


def _desk_condition(reader: Reader) -> Q | None:
    """Rows of departments this reader answers for; None where every row may be seen."""
    if reader.sees_every_unit:
        return None
    condition = Q(pk__in=())
    for held in reader.appointments:
        if held.post.role in MANAGING:
            condition |= Q(unit__path__startswith=held.unit.path)
        elif _speaks(held):
            condition |= Q(unit=held.unit_id)
    return condition


def desk_questions(reader: Reader, *, with_past: bool = False) -> OwedQuerySet:
    """Questions of the reader's departments; `with_past` adds those they handed over."""
    with scopes_disabled():
        found = Question.objects.for_list()
        condition = _desk_condition(reader)
        if condition is None:
            return found
        if with_past:
            own = [held.unit_id for held in reader.appointments if _speaks(held)]
            condition |= Q(handovers__from_unit__in=own)
        return found.filter(condition).distinct() if with_past else found.filter(condition)


def desk_proposals(reader: Reader) -> ProposalQuerySet:
    with scopes_disabled():
        found = Proposal.objects.for_list()
        condition = _desk_condition(reader)
        return found if condition is None else found.filter(condition)


def user_can_answer(user: Any, thing: Question | Proposal) -> bool:
    """Somebody of the department that owes the answer; nobody answers what they sent themselves."""
    return thing.sent_by_id != user.pk and reader_answers_for(reader_for(user), thing.unit)


def actor_can_mark_late(by: Any) -> bool:
    """Only the portal's own schedule says what ran late."""
    return by is SYSTEM


# ---- rulings --------------------------------------------------------------------------------------------------------
def visible_rulings(reader: Reader) -> RulingQuerySet:
    """Rulings under editions this reader may read, withdrawn ones too."""
    return Ruling.objects.for_tokens(reader.tokens).for_list()


def user_can_settle_ruling(user: Any, ruling: Ruling) -> bool:
    """Reaffirm or withdraw: the department that decided it, or the one that interprets the regulation today."""
    reader = reader_for(user)
    today = ruling.edition.regulation.interpreting_unit
    return reader_answers_for(reader, ruling.unit) or (today is not None and reader_answers_for(reader, today))


# ---- proposals ------------------------------------------------------------------------------------------------------
def reader_sees_proposals(reader: Reader) -> bool:
    return reader.is_staff_member


def thanked_proposals(reader: Reader) -> ProposalQuerySet:
    """Accepted proposals on editions this reader may read."""
    with scopes_disabled():
        return Proposal.objects.for_tokens(reader.tokens).thanked_for().for_list()


def user_can_include_proposal(user: Any) -> bool:
    """Whoever writes editions says which one holds the proposal."""
    return reader_for(user).has_role(Role.EDITOR)
