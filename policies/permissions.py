"""Who may do what with regulations and the guide. The only place in policies that names roles.

Every question takes an account (or for readers a `portal.org.readers.Reader`) and answers yes or no; verbs and
screens ask here.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from policies.enums import EDITABLE, EditionState
from policies.models import AppendixFile, AudienceRule, Edition, RegulationPage
from portal.lib import clock
from portal.org.enums import ADMIN_ROLES, MANAGING, Role
from portal.org.models import Appointment, User
from portal.org.readers import Reader, reader_for


def _has_role(user: Any, *roles: str) -> bool:
    return bool(user is not None and user.pk) and reader_for(user).has_role(*roles)


def user_can_see_regulation_desk(user: Any) -> bool:
    """The regulation desk: drafts, comparisons, history. Administrators look, editors and approvers act."""
    return _has_role(user, *ADMIN_ROLES)


def editions_in_query(reader: Reader) -> QuerySet[Edition]:
    """The issued editions whose audience names this reader, as Edition.for_tokens finds them, to stand inside another
    query: asks the database nothing by itself beyond the appointments."""
    held = reader.held_paths
    by_unit = Q(unit__path__in={path for path, _post in held}, post=None)
    for path, post in held:
        by_unit |= Q(unit__path=path, post=post)
    rules = AudienceRule.objects.filter(Q(unit=None, token__in=reader.plain_tokens) | by_unit, edition=OuterRef("pk"))
    return Edition.objects.filter(Exists(rules), state=EditionState.ISSUED)


def reader_can_see_regulation_desk(reader: Reader) -> bool:
    """The same of a reader, whose roles are known already."""
    return reader.has_role(*ADMIN_ROLES)


def user_can_import_regulation(user: Any) -> bool:
    return _has_role(user, Role.EDITOR)


def user_can_start_draft(user: Any, regulation: RegulationPage) -> bool:
    return _has_role(user, Role.EDITOR)


def user_can_edit_edition(user: Any, edition: Edition) -> bool:
    """Clauses change while the edition is a draft, by editors."""
    return edition.state in EDITABLE and _has_role(user, Role.EDITOR)


def user_can_submit_edition(user: Any, edition: Edition) -> bool:
    return user_can_edit_edition(user, edition)


def wrote_in(user: User, edition: Edition) -> bool:
    """Whether the account drafted or submitted the edition, or changed a clause of it."""
    if user.pk in {edition.drafted_by_id, edition.submitted_by_id}:
        return True
    return edition.contributors.filter(pk=user.pk).exists()


def why_not_review(user: Any, edition: Edition) -> str:
    """Why this account may not pass the review, as a sentence; empty where it may."""
    if edition.state != EditionState.IN_REVIEW:
        return _("This edition is not in review.")
    if edition.reviewed_by_id is not None:
        return _("The review is passed: an approver decides now.")
    if not _has_role(user, Role.APPROVER, Role.EDITOR):
        return _("Only an editor or an approver may review.")
    if wrote_in(user, edition):
        return _("You worked on this text yourself: a second person must review it, and a third one approve it.")
    approvers = set(who_may_approve(edition).values_list("pk", flat=True))
    if not approvers:
        return _("No approver is left who did not write in this text: an administrator appoints one first.")
    if approvers == {user.pk}:
        return _("Nobody else could approve this edition: leave the review to an editor, then approve it yourself.")
    return ""


def why_not_approve(user: Any, edition: Edition) -> str:
    """Why this account may not approve, as a sentence; empty where it may."""
    if edition.state != EditionState.IN_REVIEW:
        return _("This edition is not in review.")
    if edition.reviewed_by_id is None:
        return _("Nobody has passed the review yet: an edition is reviewed first, then approved by another person.")
    if wrote_in(user, edition):
        return _("You worked on this text yourself: somebody else must approve it.")
    if user.pk == edition.reviewed_by_id:
        return _("You reviewed this text: a third person must approve it.")
    if not _has_role(user, Role.APPROVER):
        return _("Only an approver may approve.")
    return ""


def user_can_review_edition(user: Any, edition: Edition) -> bool:
    """A second person: an editor or approver who had no hand in the text, while somebody else is left to approve."""
    return not why_not_review(user, edition)


def user_can_approve_edition(user: Any, edition: Edition) -> bool:
    """A third person: an approver who neither wrote in the text nor reviewed it."""
    return not why_not_approve(user, edition)


def _holders_of(*roles: str) -> QuerySet[User]:
    held = Appointment.objects.on(clock.today()).filter(post__role__in=roles, person__user__isnull=False)
    return User.objects.filter(pk__in=held.values("person__user"), is_active=True).order_by("pk")


def _not_the_writers(people: QuerySet[User], edition: Edition) -> QuerySet[User]:
    writers = [pk for pk in (edition.drafted_by_id, edition.submitted_by_id) if pk is not None]
    return people.exclude(pk__in=writers).exclude(pk__in=edition.contributors.values("pk"))


def who_may_review(edition: Edition) -> QuerySet[User]:
    """The accounts that could review this text. Who is the last one left to approve it is not among them."""
    approvers = list(who_may_approve(edition).values_list("pk", flat=True))
    found = _not_the_writers(_holders_of(Role.EDITOR, Role.APPROVER), edition)
    return found.exclude(pk__in=approvers) if len(approvers) == 1 else found


def who_may_approve(edition: Edition) -> QuerySet[User]:
    """The approvers who neither wrote in the text nor reviewed it."""
    found = _not_the_writers(_holders_of(Role.APPROVER), edition)
    return found.exclude(pk=edition.reviewed_by_id) if edition.reviewed_by_id else found


def user_can_return_edition(user: Any, edition: Edition) -> bool:
    """Back to draft: by who may judge it, or by its own editors who saw a mistake."""
    return edition.state in {EditionState.IN_REVIEW, EditionState.APPROVED} and _has_role(
        user, Role.APPROVER, Role.EDITOR
    )


def user_can_issue_edition(user: Any, edition: Edition) -> bool:
    """What is approved, or was tried out."""
    issuable = edition.state in {EditionState.APPROVED, EditionState.IN_TRIAL}
    return issuable and _has_role(user, Role.APPROVER, Role.EDITOR)


def user_can_try_edition(user: Any, edition: Edition) -> bool:
    return edition.state == EditionState.APPROVED and _has_role(user, Role.APPROVER, Role.EDITOR)


def user_can_withdraw_edition(user: Any, edition: Edition) -> bool:
    """A draft by editors; what people read only by an approver."""
    if edition.state == EditionState.DRAFT:
        return _has_role(user, Role.EDITOR)
    return edition.state in {EditionState.ISSUED, EditionState.IN_TRIAL} and _has_role(user, Role.APPROVER)


def reader_can_confirm_review(reader: Reader, edition: Edition) -> bool:
    """That a text still holds says the owner department: who leads it (or a unit above it), or an approver."""
    if edition.state != EditionState.ISSUED or edition.owner_unit is None:
        return False
    leads = any(edition.owner_unit.path.startswith(unit.path) for unit in reader.units_as(*MANAGING))
    return leads or reader.has_role(Role.APPROVER)


def reader_can_see_review(reader: Reader, edition: Edition) -> bool:
    """That a review is due concerns who works in the owner department, and who may confirm it."""
    if edition.owner_unit is None:
        return False
    works_there = any(unit.path.startswith(edition.owner_unit.path) for unit in reader.units)
    return works_there or reader_can_confirm_review(reader, edition)


def reader_leads_units(reader: Reader) -> bool:
    """Whether reviews that are due may be this reader's to do."""
    return reader.has_role(*MANAGING)


def reader_can_read_edition(reader: Reader, edition: Edition) -> bool:
    """Published once, and the reader is in its audience; superseded and withdrawn editions stay readable to theirs."""
    return edition.was_published and reader.may_read(edition.audience)


def reader_can_give_receipt(reader: Reader, edition: Edition) -> bool:
    """A member of the staff, in the audience, while the edition is issued."""
    return (
        edition.state == EditionState.ISSUED
        and reader.is_staff_member
        and reader.person is not None
        and reader_can_read_edition(reader, edition)
    )


def user_can_edit_guide(user: Any) -> bool:
    return _has_role(user, Role.EDITOR)


def reader_can_see_appendix_file(reader: Reader, owner_id: str) -> bool:
    """The stored file of an appendix, for whoever may read an edition that has it, and for the desk. `owner_id` is the
    key of the row by which it was attached."""
    found = AppendixFile.objects.filter(file__owner_type=AppendixFile._meta.label_lower, file__owner_id=owner_id)
    if user_can_see_regulation_desk(reader.user):
        return found.exists()
    editions = Edition.objects.published().filter(clauses__appendix_files__in=found)
    return editions.for_tokens(reader.tokens).exists()


def user_can_issue_guide(user: Any) -> bool:
    """Freezing the draft as the edition that customers read."""
    return _has_role(user, Role.EDITOR)
