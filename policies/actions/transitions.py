"""Taking an edition from one state to the next: locked, by the table, or refused with a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from policies.enums import TRANSITIONS, EditionState
from policies.models import Edition
from portal.lib.refusals import Conflict


def locked(edition: Edition) -> Edition:
    """The edition as it stands now, locked for the rest of the transaction."""
    return Edition.objects.select_for_update(of=("self",)).select_related("regulation").get(pk=edition.pk)


def state_after(edition: Edition, verb: str) -> EditionState:
    """The state that `verb` leads to. Raises Conflict where the table knows no such way."""
    target = TRANSITIONS.get((verb, edition.state))
    if target is None:
        raise Conflict(
            _("This edition is now “%(state)s”: load the page again to see what can be done with it.")
            % {"state": edition.get_state_display()}
        )
    return target
