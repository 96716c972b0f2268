"""Emptying the customers' mailbox: each mail is judged, that is committed, then it is put away. A process that dies in
between reads the mail once more, and nothing happens twice."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db import Error

from forms.cases.calls.actions.mails import take_mail
from forms.cases.calls.enums import MailState
from forms.cases.calls.mailboxes import Folder, Mailbox, MailboxGone, open_mailbox
from forms.cases.calls.models import MailIn

logger = logging.getLogger(__name__)
MOST_A_RUN = 200
FOLDERS = {
    MailState.CASE: Folder.TAKEN,
    MailState.ADDED: Folder.TAKEN,
    MailState.IGNORED: Folder.IGNORED,
    MailState.QUARANTINED: Folder.QUARANTINE,
}


def collect(address: str = "", *, now: datetime | None = None) -> Counter[str]:
    """Reads the mailbox of the setting MAIL_INTAKE, or that of `address`. Returns how many mails became what ("waits"
    for those that could not be written down and are tried again). MailboxGone when it cannot be reached."""
    box = open_mailbox(address or settings.MAIL_INTAKE)
    try:
        return empty(box, now=now)
    finally:
        box.close()


def empty(box: Mailbox, *, now: datetime | None = None) -> Counter[str]:
    done: Counter[str] = Counter()
    for item in box.waiting(MOST_A_RUN):
        try:
            too_large = item.size > settings.MAIL_MOST_BYTES
            raw = box.read_head(item) if too_large else box.read(item)
        except MailboxGone:
            continue  # another process was faster
        try:
            mail = take_mail(raw=raw, size=item.size, now=now)
        except Error:
            logger.exception("a mail could not be written down and waits")
            done["waits"] += 1
            continue
        place = box.put_away(item, FOLDERS[MailState(mail.state)])
        if mail.state == MailState.QUARANTINED:
            MailIn.objects.filter(pk=mail.pk).update(place=place[-200:])
        done[mail.state] += 1
    return done
