"""Files of rosters between preview and import."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from forms.cards.duty.models import RosterUpload
from portal.lib import clock

KEPT_FOR = timedelta(days=1)


def keep_upload(*, by: Any, data: bytes, now: datetime | None = None) -> RosterUpload:
    """Keeps a file for its sender; an earlier one of the same sender goes."""
    RosterUpload.objects.filter(by=by).delete()
    return RosterUpload.objects.create(by=by, at=now or clock.now(), data=data)


def upload_of(user: Any, token: UUID) -> RosterUpload | None:
    return RosterUpload.objects.filter(by=user, token=token).first()


def forget_old_uploads(now: datetime) -> int:
    return RosterUpload.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
