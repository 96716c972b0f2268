"""What goes out with an edition in one transaction: its notice, and the parts that other apps register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from home.actions import Audience, announce
from home.enums import AudienceGroup
from policies.enums import AudienceScope
from policies.models import Edition
from portal.lib.refusals import Refused
from portal.lib.registries import bundle_parts
from portal.org.models import User

if TYPE_CHECKING:
    from policies.actions.issuing import AudienceLine


@dataclass(frozen=True)
class IssueNotice:
    """The notice of an issue: plain text, its paragraphs parted by line breaks. A link to the edition is added."""

    title: str
    summary: str
    text: str = ""


def what_is_missing(edition: Edition) -> list[tuple[str, str]]:
    """(part, sentence) for everything that keeps the edition from being issued as a whole."""
    return [(str(part.label), sentence) for part in bundle_parts for sentence in part.check(edition)]


def what_goes_out(edition: Edition) -> list[tuple[str, str]]:
    """(part, name) for everything that is issued together with the edition."""
    return [(str(part.label), name) for part in bundle_parts for name in part.names(edition)]


def require_whole_bundle(edition: Edition) -> None:
    """Raises Refused with every sentence of every part that is not ready."""
    missing = what_is_missing(edition)
    if missing:
        raise Refused(" ".join(f"{label}: {sentence}" for label, sentence in missing))


def run_parts(by: User, edition: Edition, now: datetime) -> list[str]:
    """Runs each part's verb; returns what went out. What one raises ends the whole issue."""
    going = [f"{label}: {name}" for label, name in what_goes_out(edition)]
    for part in bundle_parts:
        part.run(by, edition, now)
    return going


def publish_issue_notice(
    by: User, edition: Edition, notice: IssueNotice, audience: Iterable[AudienceLine], now: datetime
) -> int:
    """Publishes the notice for the audience of the edition, and returns the key of its page."""
    title, summary = notice.title.strip(), notice.summary.strip()
    if not title or len(title) > 255:
        raise Refused(_("Write a title for the notice, of at most 255 characters."), field="notice_title")
    if not summary or len(summary) > 200:
        raise Refused(_("Say in one sentence of at most 200 characters what is new."), field="notice_summary")
    paragraphs = [(line.strip(),) for line in notice.text.splitlines() if line.strip()]
    body = format_html_join("", "<p>{}</p>", paragraphs) + format_html(
        '<p><a href="{}">{}</a></p>', edition.reading_url(), edition.title
    )
    page = announce(
        by=by,
        title=title,
        summary=summary,
        body=body,
        audience=[_readers(line) for line in audience],
        unit=edition.owner_unit,
        now=now,
    )
    return page.pk


def _readers(line: AudienceLine) -> Audience:
    """The line of an edition's audience as a rule of the notice."""
    if line.scope == AudienceScope.PUBLIC:
        return AudienceGroup.PUBLIC
    if line.unit is not None and line.post is not None and line.scope == AudienceScope.UNIT_POST:
        return (line.unit, line.post)
    if line.unit is not None and line.scope == AudienceScope.UNIT:
        return line.unit
    if line.post is not None and line.scope == AudienceScope.POST:
        return line.post
    return AudienceGroup.STAFF
