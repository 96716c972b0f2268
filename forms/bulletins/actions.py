"""The verbs of bulletins: compose, refresh the figures of a draft, publish, make the paper."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forms.bulletins.enums import CHARTS_IN_A_BULLETIN, KIND_OF_PERIOD, PaperState
from forms.bulletins.models import BulletinIndexPage, BulletinPage, Paper
from forms.bulletins.paper import bulletin_html, print_assets
from forms.bulletins.permissions import user_can_compose_bulletin
from forms.bulletins.wording import draft_analysis, draft_measures, draft_summary
from forms.figures.frozen import Frozen
from forms.figures.quarter import freeze
from portal.jobs import outbox
from portal.journal import actions as journal
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit

logger = logging.getLogger(__name__)


def _require_editor(by: Any) -> None:
    if by is not SYSTEM and not user_can_compose_bulletin(by):
        raise NotYours(_("Only an editor may compose and publish bulletins."))


@transaction.atomic
def compose_bulletin(*, by: Any, unit: Unit, period: Period, now: datetime | None = None) -> BulletinPage:
    """A draft with the frozen figures of the unit and period and a first draft of words (SAF-20, clause 5.6).

    The period is a quarter or half-year that has begun. A second bulletin for the same unit and period is refused.
    """
    now = now or clock.now()
    _require_editor(by)
    kind = KIND_OF_PERIOD.get(period.kind)
    if kind is None:
        raise Refused(_("A bulletin covers a quarter or a half-year: write 2026Q3 or 2026H1."), field="period")
    if period.start > clock.today(now):
        raise Refused(_("This period has not begun: there is nothing to report yet."), field="period")
    if BulletinPage.objects.filter(unit=unit, period_code=period.code, kind=kind).exists():
        raise Conflict(_("There is already a bulletin of this unit for this period: open that one."), field="period")
    index = BulletinIndexPage.objects.first()
    if index is None:
        raise Refused(_("There is no page for bulletins yet: add one below the home page."))
    figures, before = freeze(unit, period, now=now), freeze(unit, period.previous(), now=now)
    frozen = Frozen(figures)
    page = BulletinPage(
        title=f"{unit.name}{_title_of(period)}",
        slug=f"{unit.code.lower()}-{period.code.lower()}",
        unit=unit,
        kind=kind,
        period_code=period.code,
        period_start=period.start,
        figures=figures,
        chart_names=_choose_charts(frozen),
        composed_by=None if by is SYSTEM else by,
        summary=str(draft_summary(frozen, Frozen(before))),
        analysis=str(draft_analysis()),
        measures=str(draft_measures()),
        owner=None if by is SYSTEM else by,
        live=False,
    )
    try:
        with transaction.atomic():
            index.add_child(instance=page)
    except IntegrityError:
        raise Conflict(_("There is already a bulletin of this unit for this period: open that one.")) from None
    page.save_revision(user=None if by is SYSTEM else by, log_action=True)
    journal.record(by=by, action="bulletins.compose", thing=page, unit=unit, data={"period": period.code}, now=now)
    return page


def _title_of(period: Period) -> str:
    """The Chinese title of a period: bulletins are written in Chinese, whatever the editor's screen says."""
    year, code = period.start.year, period.code
    if "Q" in code:
        return f"{year}年第{'一二三四'[int(code[-1]) - 1]}季度通報"
    return f"{year}年{'上' if code.endswith('1') else '下'}半年通報"


def _choose_charts(frozen: Frozen) -> list[str]:
    """Two charts, of different subjects where there are two."""
    preferred = ["cards_by_category", "complaints_by_month", "satisfaction_by_question", "cards_by_month"]
    return [name for name in preferred if name in frozen.chart_names()][:CHARTS_IN_A_BULLETIN]


@transaction.atomic
def refresh_figures(*, by: Any, page: BulletinPage, now: datetime | None = None) -> BulletinPage:
    """Takes a draft's figures anew, on purpose; a published bulletin keeps what people have read."""
    now = now or clock.now()
    _require_editor(by)
    page = BulletinPage.objects.select_for_update().get(pk=page.pk)
    if page.live:
        raise Refused(_("This bulletin is published: its figures stay as they were read."))
    page.figures = freeze(page.unit, page.period, now=now)
    page.chart_names = _choose_charts(Frozen(page.figures))
    BulletinPage.objects.filter(pk=page.pk).update(figures=page.figures, chart_names=page.chart_names)
    journal.record(by=by, action="bulletins.refresh_figures", thing=page, unit=page.unit, now=now)
    return page


@transaction.atomic
def publish_bulletin(*, by: Any, page: BulletinPage, now: datetime | None = None) -> BulletinPage:
    """Publishes the newest words with the frozen figures; the PDF follows from the worker."""
    _require_editor(by)
    revision = page.get_latest_revision() or page.save_revision(user=None if by is SYSTEM else by)
    revision.publish(user=None if by is SYSTEM else by)
    page.refresh_from_db()
    return page


@transaction.atomic
def on_published(*, page: BulletinPage, by: Any, now: datetime | None = None) -> None:
    """What follows every publication, whichever button it came from: journal, search, a paper to be made."""
    Paper.objects.update_or_create(page=page, defaults={"state": PaperState.WAITING, "problem": ""})
    outbox.changed("bulletins", page.pk)
    journal.record(
        by=by or SYSTEM,
        action="bulletins.publish",
        thing=page,
        unit=page.unit,
        data={"period": page.period_code, "figures": figures_digest(page)},
        now=now,
    )


def figures_digest(page: BulletinPage) -> str:
    """SHA-256 of the frozen figures, by which the journal can prove that a published number was not changed."""
    text = json.dumps(page.figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def make_paper(page: BulletinPage, *, now: datetime | None = None) -> Paper:
    """Renders the PDF and keeps it. The same words and figures give the same bytes and are not rendered twice.

    A page that cannot be printed (a character no font has) leaves the reason for the editor in `problem`.
    """
    from portal.lib.pdf import PdfProblem, render_pdf  # loads fonts and styles: only the worker pays for it

    html = bulletin_html(page)
    digest = hashlib.sha256(html.encode("utf-8")).hexdigest()
    paper, _created = Paper.objects.get_or_create(page=page)
    if paper.state == PaperState.READY and paper.digest == digest:
        return paper
    try:
        data = render_pdf(html, assets=print_assets())
    except PdfProblem as problem:
        logger.warning("bulletin %s cannot be printed: %s", page.pk, problem)
        paper.state, paper.problem = PaperState.FAILED, "\n".join([str(problem), *problem.details])
        paper.save()
        return paper
    if paper.file:
        paper.file.delete(save=False)
    paper.file.save(f"{page.slug}.pdf", ContentFile(data), save=False)
    paper.state, paper.digest, paper.problem, paper.made_at = PaperState.READY, digest, "", now or clock.now()
    paper.save()
    return paper
