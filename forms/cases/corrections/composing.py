"""The first draft of a corrective-action report, from what the case already says: facts, course, cause, plan,
prevention, revisit. Posts instead of people, nobody's house: what the writer adds is looked at by redaction.py.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_scopes import scopes_disabled

from forms.cases.coming_back.permissions import revisits_of
from forms.cases.corrections.enums import ItemState, PreventionState
from forms.cases.corrections.models import CauseAnalysis, Plan, PlanItem, Prevention
from forms.cases.models import Case, CaseStep
from forms.cases.progress import DESK_WORDS
from forms.revisits.enums import RevisitState
from portal.org.models import Appointment

# Steps that say something to somebody who was not there.
TOLD = frozenset({"acknowledge", "transfer", "issue_plan", "execute_plan", "answer", "resolve", "reopen", "close"})


def draft_of(case: Case) -> dict[str, str]:
    """The fields of a report, in the language of the house. Scopes disabled by itself; some ten queries."""
    with scopes_disabled(), override(settings.LANGUAGE_CODE):
        return {
            "title": (_("Corrective-action report: %(subject)s") % {"subject": case.subject})[:120],
            "facts": case.text.strip(),
            "course": _course(case),
            "cause": _cause(case),
            "plan": _plan(case),
            "prevention": _prevention(case),
            "revisit": _revisit(case),
            "lesson": "",
        }


def _day(moment: Any) -> str:
    return f"{timezone.localdate(moment):%Y-%m-%d}"


def _course(case: Case) -> str:
    received = _("The complaint was received.")
    lines = [f"{_day(case.received_at)} {received}"]
    for step in CaseStep.objects.filter(case=case, verb__in=TOLD).order_by("at", "pk"):
        lines.append(f"{_day(step.at)} {DESK_WORDS[f'cases.{step.verb}']}")
    return "\n".join(dict.fromkeys(lines))


def _cause(case: Case) -> str:
    analysis = CauseAnalysis.objects.filter(case=case).first()
    if analysis is None:
        return ""
    return "\n".join([*(f"{name} {text}" for name, text in analysis.lines), analysis.conclusion])


def _plan(case: Case) -> str:
    plan = Plan.objects.filter(case=case).first()
    if plan is None:
        return ""
    lines = []
    for item in plan.items.exclude(state=ItemState.DROPPED).select_related("owner", "post", "unit"):
        parts = {"what": item.what, "who": _who(case, item), "due": f"{item.due_on:%Y-%m-%d}"}
        lines.append(f"{item.position}. " + _("%(what)s (%(who)s, by %(due)s)") % parts)
        if item.proof and item.done_at is not None:
            lines.append("   " + _("Done on %(day)s: %(proof)s") % {"day": _day(item.done_at), "proof": item.proof})
    return "\n".join(lines)


def _who(case: Case, item: PlanItem) -> str:
    """The post, never the person; where the office must not be named, not even the post in it."""
    if item.post is not None:
        return item.post.title
    held = Appointment.objects.filter(person=item.owner).order_by("-starts_on").select_related("post").first()
    return held.post.title if held is not None else _("Management office")


def _prevention(case: Case) -> str:
    lines = []
    for measure in Prevention.objects.filter(case=case):
        lines.append(_("%(text)s (by %(due)s)") % {"text": measure.text, "due": f"{measure.due_on:%Y-%m-%d}"})
        if measure.state in (PreventionState.EFFECTIVE, PreventionState.NOT_EFFECTIVE):
            lines.append(f"   {measure.get_state_display()}：{measure.verdict}")
    return "\n".join(lines)


def _revisit(case: Case) -> str:
    lines = []
    for revisit in revisits_of(case).exclude(state__in=[RevisitState.OPEN, RevisitState.CANCELLED]):
        how = _("not reached")
        if revisit.satisfied is not None:
            how = _("satisfied") if revisit.satisfied else _("not satisfied")
        said = f"：{revisit.words.strip()}" if revisit.words.strip() else ""
        lines.append(f"{_day(revisit.finished_at)} {revisit.get_kind_display()}，{how}{said}")
    return "\n".join(lines)
