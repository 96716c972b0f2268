"""Who sets how long data stays, reads the reports and erases one case. The only place in this room that names roles."""

from __future__ import annotations

from typing import Any

from forms.cases.models import Case
from forms.cases.permissions import QUALITY, reader_answers_for_company, reader_can_see_case
from portal.org.enums import Role
from portal.org.readers import Reader, reader_for


def reader_keeps_retention(reader: Reader) -> bool:
    return reader.has_role(Role.ADMINISTRATOR, *QUALITY)


def user_keeps_retention(user: Any) -> bool:
    return bool(user is not None and user.pk) and reader_keeps_retention(reader_for(user))


def reader_can_erase(reader: Reader, case: Case) -> bool:
    """Those who answer for the company, of a case that they see and that has ended."""
    return (
        case.erased_at is None
        and not case.is_open
        and reader_answers_for_company(reader)
        and reader_can_see_case(reader, case)
    )


def user_can_erase(user: Any, case: Case) -> bool:
    return bool(user is not None and user.pk) and reader_can_erase(reader_for(user), case)
