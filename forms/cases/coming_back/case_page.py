"""What revisits add to the page of a case: what was promised, the offer to promise, why it cannot be closed yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.coming_back.permissions import (
    has_independent_revisit,
    reached_the_company,
    reader_can_promise,
    revisits_of,
)
from forms.cases.models import Case
from forms.cases.registries import CaseOffer, CaseSection
from portal.org.readers import Reader


def revisit_missing(case: Case) -> Sequence[Any]:
    """A case that reached the company needs a revisit by somebody who did not handle it (SRV-20); a promise to come
    back is kept before any case closes."""
    with scopes_disabled():
        if revisits_of(case).open().exists():
            return [_("A revisit is promised and not done yet.")]
    if reached_the_company(case) and not has_independent_revisit(case):
        return [_("Somebody who did not handle the case must go back to the customer first.")]
    return []


def revisit_section(case: Case, reader: Reader) -> CaseSection | None:
    with scopes_disabled():
        revisits = list(revisits_of(case).select_related("finished_by").order_by("due_at"))
    if not revisits:
        return None
    return CaseSection(_("Revisits"), "case_coming_back/_section.html", {"revisits": revisits}, anchor="revisits")


def revisit_offers(case: Case, reader: Reader) -> Sequence[CaseOffer]:
    if not reader_can_promise(reader, case):
        return []
    with scopes_disabled():
        if revisits_of(case).open().exists():
            return []
    return [CaseOffer(_("Promise a revisit"), reverse("case_revisit", args=[case.number]), icon="telephone")]
