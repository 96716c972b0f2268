"""Rows locked for a verb, and the state that a verb leads to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.audits.enums import FINDING_TRANSITIONS, TRANSITIONS, AuditState, FindingState
from policies.audits.models import Audit, Finding
from portal.lib.refusals import Conflict


def locked_audit(audit: Audit) -> Audit:
    with scopes_disabled():
        found = Audit.objects.select_for_update(of=("self",)).select_related("unit", "edition", "lead")
        return found.prefetch_related("auditors").get(pk=audit.pk)


def locked_finding(finding: Finding) -> Finding:
    with scopes_disabled():
        found = Finding.objects.select_for_update(of=("self",))
        return found.select_related("audit__unit", "audit__lead").get(pk=finding.pk)


def state_after(verb: str, audit: Audit) -> AuditState:
    """Raises Conflict where the table leads nowhere: somebody else was first."""
    state = TRANSITIONS.get((verb, audit.state))
    if state is None:
        message = _("This audit is “%(state)s” by now: nothing was changed.")
        raise Conflict(message % {"state": audit.get_state_display()})
    return state


def finding_state_after(verb: str, finding: Finding) -> FindingState:
    state = FINDING_TRANSITIONS.get((verb, finding.state))
    if state is None:
        message = _("This finding is “%(state)s” by now: nothing was changed.")
        raise Conflict(message % {"state": finding.get_state_display()})
    return state


def require_version(seen: int, present: int) -> None:
    if seen != present:
        raise Conflict(_("Somebody else changed this meanwhile. Compare, then save again."))
