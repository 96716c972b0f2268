"""What people are told of receipts: which regulations wait for them, how many are overdue in their units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from policies.audience import asking_on, confirmed_by
from policies.models import Edition
from policies.permissions import editions_in_query
from policies.receipts.permissions import reader_can_see_receipts
from portal.lib import clock
from portal.notifications.actions import notify
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind
from portal.org.models import Person
from portal.org.readers import Reader

DUE = "receipts.due"
BELOW = "receipts.below"


def still_waiting(user: Any, keys: Sequence[int]) -> set[int]:
    """Those of these editions that this person has not confirmed."""
    person = Person.objects.filter(user=user).first()
    asking = asking_on(clock.today(), Edition.objects.filter(pk__in=keys))
    given = confirmed_by(asking, people=[person.pk] if person else [])
    return {key for key in keys if person is None or person.pk not in given.get(key, set())}


def _is_staff(reader: Reader) -> bool:
    return reader.is_staff_member


KINDS = {
    DUE: Kind(
        _("A regulation waits for my receipt"),
        _("Please read “%(subject)s” and confirm it"),
        concerns=_is_staff,
        records=editions_in_query,
        still=still_waiting,
        mail=MailChoice.AT_ONCE,
        icon="book",
    ),
    BELOW: Kind(
        _("Receipts are overdue in my units"),
        _("Receipts are overdue in your units"),
        many=ngettext_lazy(
            "%(count)s receipt is overdue in your units", "%(count)s receipts are overdue in your units", "count"
        ),
        concerns=reader_can_see_receipts,
        mail=MailChoice.AT_ONCE,
        icon="people",
    ),
}


def notify_due(lines: Mapping[tuple[int, int, date], Sequence[int]], now: datetime) -> None:
    """`lines`: (edition, stage, deadline) and the people who are reminded of it; they were found in its audience."""
    editions = Edition.objects.select_related("regulation").in_bulk([edition for edition, _stage, _day in lines])
    people = _people(person for persons in lines.values() for person in persons)
    for (key, stage, deadline), persons in lines.items():
        notify(
            people=[people[person] for person in persons if person in people],
            checked=True,
            kind=DUE,
            about=key,
            subject=editions[key].title,
            until=clock.end_of(deadline),
            url=reverse("regulation_detail", args=[editions[key].regulation.slug]),
            key=f"receipt:{key}:{stage}",
            replaces=f"receipt:{key}:",
            now=now,
        )


def notify_below(counts: Mapping[int, int], week: str, now: datetime) -> None:
    """`counts`: managers and how many are overdue in their units."""
    people, url = _people(counts), reverse("receipt_overview")
    for person, count in counts.items():
        if person in people:
            notify(
                people=[people[person]],
                kind=BELOW,
                count=count,
                url=url,
                key=f"receipts-below:{week}",
                replaces="receipts-below:",
                now=now,
            )


def _people(keys: Iterable[int]) -> dict[int, Person]:
    return Person.objects.select_related("user").in_bulk(set(keys))
