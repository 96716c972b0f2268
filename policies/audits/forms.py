"""The plan of an audit, a line of its checklist, the conclusion, what is said about a finding."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from policies.audits.actions import FindingDraft, Plan
from policies.audits.enums import LineResult
from policies.models import Edition
from portal.files.fields import SeveralFilesField, SeveralFilesInput
from portal.lib.form_fields import day_input
from portal.lib.shown_again import say_instead
from portal.org.models import Person

LONGEST_TEXT = 4000
_FILES_HELP = _("Up to 5 photos (JPEG, PNG, WebP) or PDF files, each up to 15 MB.")


def _files(label: Any) -> SeveralFilesField:
    return SeveralFilesField(
        label=label,
        required=False,
        max_length=500,
        help_text=_FILES_HELP,
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )


def _text(label: Any, help_text: Any = "", *, rows: int = 3, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_TEXT,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PersonChoice(forms.ModelChoiceField):
    """People with the unit of their post behind the name."""

    units: dict[int, str] = {}

    def label_from_instance(self, person: Any) -> str:
        unit = self.units.get(person.pk, "")
        return f"{person.name}（{unit}）" if unit else person.name


class PlanForm(forms.Form):
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    edition = forms.ChoiceField(label=_("Regulation"))
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    month = forms.TypedChoiceField(label=_("Month"), coerce=int, choices=list(MONTHS.items()))
    lead = PersonChoice(
        label=_("Lead auditor"),
        queryset=Person.objects.none(),
        help_text=_("Nobody of the audited unit or below it can be chosen."),
    )
    auditor_1 = PersonChoice(label=_("Second auditor"), queryset=Person.objects.none(), required=False)
    auditor_2 = PersonChoice(label=_("Third auditor"), queryset=Person.objects.none(), required=False)

    def __init__(
        self,
        *args: Any,
        editions: Sequence[Edition],
        years: Sequence[int],
        people: QuerySet[Person],
        units: dict[int, str],
        **kwargs: Any,
    ) -> None:
        given = kwargs.pop("initial", None) or {}
        kwargs["initial"] = {"submission_id": uuid.uuid4(), **given}
        super().__init__(*args, **kwargs)
        self.fields["edition"].choices = [(str(one.pk), one.title) for one in editions]  # type: ignore[attr-defined]
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        for name in ("lead", "auditor_1", "auditor_2"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
            self.fields[name].units = units  # type: ignore[attr-defined]

    @property
    def plan(self) -> Plan:
        typed = self.cleaned_data
        others = [typed[name] for name in ("auditor_1", "auditor_2") if typed[name] is not None]
        return Plan(typed["year"], typed["month"], typed["lead"], others)

    def with_fresh_id(self) -> None:
        """The form, shown again, is sent as something new; everything typed stays."""
        say_instead(self, submission_id=uuid.uuid4())


class LineForm(forms.Form):
    """What was found on one line. The finding's part may be completed later, until the audit is finished."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("Result"), choices=LineResult, widget=forms.RadioSelect)
    evidence = _text(_("Evidence"), _("What you saw, read or heard, where and when."), required=False)
    files = _files(_("Photos and papers"))  # type: ignore[assignment]
    description = _text(_("What does not conform"), required=False)
    action = _text(_("Corrective action agreed"), required=False)
    owner = forms.ModelChoiceField(label=_("Who does it"), queryset=Person.objects.none(), required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=day_input())

    def __init__(self, *args: Any, owners: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    @property
    def finding(self) -> FindingDraft:
        typed = self.cleaned_data
        return FindingDraft(typed["description"], typed["action"], typed["owner"], typed["due_on"])

    @property
    def finding_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("description", "action", "owner", "due_on")]


class FinishForm(forms.Form):
    conclusion = _text(_("Conclusion"), _("What the unit does well, what it must mend. It opens the report."), rows=5)


class CancelForm(forms.Form):
    note = _text(_("Why it is cancelled"))


class ProofForm(forms.Form):
    proof = _text(_("What was done, and what shows it"))
    files = _files(_("Photos and papers"))  # type: ignore[assignment]


class VerdictForm(forms.Form):
    verdict = _text(_("In words"), _("Needed when you return it: what is missing."), required=False)
