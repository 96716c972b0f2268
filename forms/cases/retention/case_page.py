"""What erasing adds to the page of a case: that its data is gone, or the way to erase it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from forms.cases.models import Case
from forms.cases.registries import CaseOffer, CaseSection
from forms.cases.retention.permissions import reader_can_erase
from portal.org.readers import Reader


def erased_section(case: Case, reader: Reader) -> CaseSection | None:
    if case.erased_at is None:
        return None
    return CaseSection(_("Personal data"), "case_retention/_section.html", {"case": case}, anchor="personal-data")


def erasure_offer(case: Case, reader: Reader) -> Sequence[CaseOffer]:
    if not reader_can_erase(reader, case):
        return []
    return [CaseOffer(_("Erase personal data"), reverse("case_erase", args=[case.number]), icon="trash", danger=True)]
