"""The unit's words, a new phase, a proposal, a review, help for a writer."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.cards.analysis.enums import LONGEST_ANALYSIS, LONGEST_LINE, Habit, Verdict
from portal.lib.form_fields import day_input
from portal.lib.shown_again import say_instead
from portal.org.models import Person


def _text(
    label: Any, help_text: Any = "", *, most: int = LONGEST_ANALYSIS, rows: int = 5, required: bool = True
) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AnalysisForm(forms.Form):
    """`version` is the version that was on the screen."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    analysis = _text(_("Analysis"), _("What the figures show, and what changed against the period before."))
    suggestion = _text(_("Suggestion"), _("What the unit should do because of it."))


class PhaseForm(forms.Form):
    begins_on = forms.ChoiceField(label=_("New limits from"))
    reason = forms.CharField(label=_("What changed at that time"), max_length=LONGEST_LINE)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins_on"].choices = choices  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    finding = _text(_("What the figures show"), rows=3)
    proposal = _text(_("What to improve"), rows=3)
    owner = forms.ModelChoiceField(label=_("Who does it"), queryset=Person.objects.none())
    due = forms.DateField(label=_("To be done by"), widget=day_input())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_id": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def with_fresh_id(self) -> None:
        """Sent again, it is something new."""
        say_instead(self, submission_id=uuid.uuid4())


class NoteForm(forms.Form):
    note = _text(_("What was done, or why not"), rows=2, required=False)


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(label=_("How the card is filled in"), choices=Verdict, widget=forms.RadioSelect)
    note = _text(_("What would make it better"), most=LONGEST_LINE, rows=2, required=False)


class CoachingForm(forms.Form):
    person = forms.IntegerField(widget=forms.HiddenInput)
    habits = forms.MultipleChoiceField(choices=Habit, widget=forms.MultipleHiddenInput)
    due = forms.DateField(label=_("To be done by"), widget=day_input())


class CoachingDoneForm(forms.Form):
    note = forms.CharField(label=_("What was agreed"), max_length=LONGEST_LINE)
