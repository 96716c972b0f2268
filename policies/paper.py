"""An edition on paper: cover with control block, contents, clauses, appendices, the record of its revisions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from home import paper
from policies.enums import EditionState, Script
from policies.keeping import Kept
from policies.models import AppendixFile, Edition
from policies.reading import scope_of
from portal.lib import clock
from portal.lib.chinese import convert_html
from portal.lib.pdf import render_pdf
from portal.org.readers import PUBLIC

CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "regulation_paper.css"
LANGUAGE_OF_SCRIPT = {Script.HANT: ("zh-hant", "zh-Hant"), Script.HANS: ("zh-hans", "zh-Hans")}
# Papers made last, by the hash of all they show: an edition is printed often on the day it is issued.
kept_papers: Kept[bytes] = Kept(12)


def pdf_of(edition: Edition, script: str) -> bytes:
    """The PDF of a published edition in one script (tagged, fonts embedded). About a second for twenty pages."""
    html = html_of(edition, script)
    key = hashlib.sha256(html.encode()).hexdigest()
    found = kept_papers.get(key)
    return found or kept_papers.put(key, _printed(html))


def _printed(html: str) -> bytes:
    """Links to the files of appendices lead to the site, so that they work from the paper on a screen."""
    return render_pdf(html, base=settings.WAGTAILADMIN_BASE_URL, assets=paper.assets(regulation_paper=CSS))


def html_of(edition: Edition, script: str) -> str:
    """The page that becomes the PDF. The same facts give the same text, whatever the day."""
    language, document_lang = LANGUAGE_OF_SCRIPT[Script(script)]
    body = edition.bodies.get(script=script)
    with translation.override(language):
        html = render_to_string(
            "print/regulation.html",
            {
                "edition": edition,
                "regulation": edition.regulation,
                "title": body.title,
                "text_html": mark_safe(body.html),
                "contents_html": mark_safe(body.contents),
                "scope": scope_of(edition),
                "state_word": state_word(edition),
                "marked": edition.state != EditionState.ISSUED,
                "steps": _steps(edition),
                "revisions": _revisions(edition),
                "files": AppendixFile.objects.filter(row__edition=edition)
                .select_related("file", "row")
                .order_by("row__order", "position"),
                "organisation_name": settings.ORGANISATION_NAME,
                "document_lang": document_lang,
            },
        )
    return convert_html(html, script)


def state_word(edition: Edition) -> str:
    """The state as the running head of every page says it."""
    if edition.state == EditionState.IN_TRIAL and edition.trial_ends_on:
        return _("On trial until %(day)s") % {"day": edition.trial_ends_on.isoformat()}
    return str(edition.get_state_display())


@dataclass(frozen=True)
class _Step:
    """One line of the control block: what was done, by whom, when."""

    label: str
    who: Any
    at: Any


def _steps(edition: Edition) -> list[_Step]:
    steps = [
        _Step(_("Drafted by"), edition.drafted_by, edition.drafted_at),
        _Step(_("Reviewed by"), edition.reviewed_by, edition.reviewed_at),
        _Step(_("Approved by"), edition.approved_by, edition.approved_at),
        _Step(_("Issued by"), edition.issued_by, edition.issued_at),
    ]
    return [step for step in steps if step.at is not None]


@dataclass(frozen=True)
class _Revision:
    """One line of the revision record: an edition, or a review that left it unchanged."""

    number: int
    day: Any
    what: str
    why: str
    who: Any


def _revisions(edition: Edition) -> list[_Revision]:
    """Every edition published up to this one, the oldest first, each followed by its reviews without change.

    Of a text for everybody the reasons of earlier editions that were for the staff alone stay with the staff.
    """
    public = PUBLIC in edition.audience
    found: list[_Revision] = []
    editions = (
        Edition.objects.published()
        .filter(regulation=edition.regulation_id, number__lte=edition.number)
        .select_related("issued_by", "approved_by")
        .prefetch_related("reviews__by", "audience_rules")
        .order_by("number")
    )
    for one in editions:
        open_to_all = not public or PUBLIC in one.audience
        day = clock.today(one.issued_at or one.trial_started_at)
        why = one.change_note if open_to_all else ""
        found.append(_Revision(one.number, day, _weight(one), why, one.issued_by or one.approved_by))
        for review in one.reviews.all():
            note = review.note if open_to_all else ""
            found.append(_Revision(one.number, clock.today(review.at), _("Review without change"), note, review.by))
    return found


def _weight(edition: Edition) -> str:
    if edition.issued_at is None:
        return _("On trial")
    if edition.number == 1:
        return _("First edition")
    return _("Material change") if edition.material else _("Minor change")
