"""Notices by verb, for the demo company, imports and tests; editors reach the same through Wagtail's page editor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext

from home.enums import AudienceGroup
from home.models import HomePage, Hotline, NoticeIndexPage, NoticePage, PageAudience
from portal.lib.refusals import Refused
from portal.org.enums import Role
from portal.org.models import Post, Unit, User
from portal.org.readers import reader_for

Audience = AudienceGroup | Unit | Post | tuple[Unit, Post]


def publish_notice(
    *,
    by: User,
    title: str,
    summary: str,
    body: str,
    audience: Sequence[Audience],
    unit: Unit | None = None,
    pinned: bool = False,
    until: datetime | None = None,
    now: datetime | None = None,
) -> NoticePage:
    """Publishes a notice for everybody who meets one entry of `audience` (empty: all staff), until the moment `until`.

    `body` is HTML as the editor writes it. Refused: who publishes is neither editor nor administrator; there is no page
    for notices. Journal and search hear of it by the signals of publishing (home.signals).
    """
    if not reader_for(by).has_role(Role.EDITOR, Role.ADMINISTRATOR):
        raise Refused(_("Only an editor publishes notices."))
    return announce(
        by=by,
        title=title,
        summary=summary,
        body=body,
        audience=audience,
        unit=unit,
        pinned=pinned,
        until=until,
        now=now,
    )


@transaction.atomic
def announce(
    *,
    by: User,
    title: str,
    summary: str,
    body: str,
    audience: Sequence[Audience],
    unit: Unit | None = None,
    pinned: bool = False,
    until: datetime | None = None,
    now: datetime | None = None,
) -> NoticePage:
    """The notice of an act that another app's verb allowed this person, such as issuing a regulation: as
    `publish_notice`, without asking for an editor. Refused where there is no page for notices."""
    index = NoticeIndexPage.objects.live().first()
    if index is None:
        raise Refused(_("There is no page for notices: add one below the home page first."))
    notice = NoticePage(title=title, summary=summary, body=body, unit=unit, pinned=pinned, owner=by, expire_at=until)
    notice.audience_rules = [_rule(entry) for entry in audience]
    with LogContext(user=by):
        index.add_child(instance=notice)
        notice.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    if now is not None:
        # The day on a notice is the day it was published; an import or the demo says which that was.
        NoticePage.objects.filter(pk=notice.pk).update(first_published_at=now, last_published_at=now)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def take_down(*, by: User, notice: NoticePage) -> None:
    """Takes the notice of such an act back from its readers; whoever takes back the act has judged whether `by` may."""
    with LogContext(user=by):
        UnpublishPageAction(notice, user=by).execute(skip_permission_checks=True)


def _rule(entry: Audience) -> PageAudience:
    if isinstance(entry, tuple):
        return PageAudience(unit=entry[0], post=entry[1])
    if isinstance(entry, Unit):
        return PageAudience(unit=entry)
    if isinstance(entry, Post):
        return PageAudience(post=entry)
    return PageAudience(group=entry)


@transaction.atomic
def show_hotlines(*, by: User, lines: Sequence[tuple[str, str, str]]) -> None:
    """Puts (label, number, hours) on the home page as published and, where an editor is at work on it, on the draft:
    the guide takes the numbers from here, too. Whoever keeps the hotlines has judged whether `by` may."""
    page = HomePage.objects.first()
    if page is None:
        return
    draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else None
    page.hotlines = [Hotline(label=label, number=number, hours=hours) for label, number, hours in lines]
    if draft is None:
        with LogContext(user=by):
            page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
        return
    page.save()
    draft.hotlines = [Hotline(label=label, number=number, hours=hours) for label, number, hours in lines]
    draft.save_revision(user=by)
