"""Who may compose and publish bulletins. Reading follows the page's audience."""

from __future__ import annotations

from typing import Any

from portal.org.enums import Role
from portal.org.readers import reader_for


def user_can_compose_bulletin(user: Any) -> bool:
    """Editors and administrators compose, write and publish."""
    return reader_for(user).has_role(Role.EDITOR, Role.ADMINISTRATOR)


def user_can_read_bulletin(reader: Any, page: Any) -> bool:
    """A published bulletin, by its audience; editors read drafts too."""
    if page.live and reader.may_read(page.audience_tokens()):
        return True
    return reader.has_role(Role.EDITOR, Role.ADMINISTRATOR, Role.APPROVER)
