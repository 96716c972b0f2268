"""Who may do what with regulations and the guide. The only place in policies that names roles.

Every question takes an account (or for readers a `portal.org.readers.Reader`) and answers yes or no; verbs and
screens ask here.
"""

from __future__ import annotations

from typing import Any

from policies.enums import EDITABLE, EditionState
from policies.models import Edition, RegulationPage
from portal.org.enums import ADMIN_ROLES, Role
from portal.org.models import User
from portal.org.readers import Reader, reader_for


def _has_role(user: Any, *roles: str) -> bool:
    return bool(user is not None and user.pk) and reader_for(user).has_role(*roles)


def user_can_see_regulation_desk(user: Any) -> bool:
    """The regulation desk: drafts, comparisons, history. Administrators look, editors and approvers act."""
    return _has_role(user, *ADMIN_ROLES)


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


def user_can_approve_edition(user: Any, edition: Edition) -> bool:
    """A second person: an approver or an editor who had no hand in the text. Never the drafter."""
    return (
        edition.state == EditionState.IN_REVIEW
        and _has_role(user, Role.APPROVER, Role.EDITOR)
        and not wrote_in(user, edition)
    )


def user_can_return_edition(user: Any, edition: Edition) -> bool:
    """Back to draft: by who may judge it, or by its own editors who saw a mistake."""
    return edition.state in {EditionState.IN_REVIEW, EditionState.APPROVED} and _has_role(
        user, Role.APPROVER, Role.EDITOR
    )


def user_can_issue_edition(user: Any, edition: Edition) -> bool:
    return edition.state == EditionState.APPROVED and _has_role(user, Role.APPROVER, Role.EDITOR)


def user_can_withdraw_edition(user: Any, edition: Edition) -> bool:
    """A draft by editors; what people read only by an approver."""
    if edition.state == EditionState.DRAFT:
        return _has_role(user, Role.EDITOR)
    return edition.state == EditionState.ISSUED and _has_role(user, Role.APPROVER)


def reader_can_read_edition(reader: Reader, edition: Edition) -> bool:
    """Issued once, and the reader is in its audience; superseded and withdrawn editions stay readable to theirs."""
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


def user_can_issue_guide(user: Any) -> bool:
    """Freezing the draft as the edition that customers read."""
    return _has_role(user, Role.EDITOR)
