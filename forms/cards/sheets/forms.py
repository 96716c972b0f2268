"""The choices for sheets and exports, and a paper card as one row of a batch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forms.cards.enums import Category
from forms.cards.forms import ObservationForm
from forms.cards.models import Area
from forms.cards.rules import COUNTS, TEXT_FIELDS
from forms.cards.sheets.enums import LONGEST_WORDS, OnBehalfReason, Purpose
from portal.lib.form_fields import day_input
from portal.org.models import Unit


class UnitForm(forms.Form):
    """Which unit: asked for first, because areas and people follow from it."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), to_field_name="code", empty_label=None)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class SheetForm(UnitForm):
    area = forms.ModelMultipleChoiceField(  # type: ignore[var-annotated]
        label=_("Areas"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each area gets its own code. None chosen: all areas."),
    )
    per_page = forms.TypedChoiceField(
        label=_("Cards a page"), coerce=int, choices=[(2, _("2 – room to write")), (4, _("4 – small"))], initial=2
    )
    sheets = forms.IntegerField(label=_("Pages for each area"), min_value=1, max_value=10, initial=1)


class BatchForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you enter these cards for the observers?"), choices=OnBehalfReason.choices
    )
    words = forms.CharField(label=_("In words"), max_length=LONGEST_WORDS, required=False)


class PaperRowForm(ObservationForm):
    """One paper card: the form of the entrance, with the observers chosen and the person at the keyboard not among
    them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["i_observed"]
        for name, label in zip(
            ("colleague_1", "colleague_2", "colleague_3"),
            (_("Observer"), _("Second observer"), _("Third observer")),
            strict=True,
        ):
            self.fields[name].label = label
        self.fields["came_close"].label = _("Stopped near enough to see clearly")
        self.fields["out_of_sight"].label = _("The card was filled in out of sight of the observed")

    @property
    def is_blank(self) -> bool:
        """Whether nothing of a card was typed: such a row is left alone."""
        typed = [self.data.get(self.add_prefix(name), "") for name in ("colleague_1", "area", "seconds", *TEXT_FIELDS)]
        for category in Category.values:
            typed += [self.data.get(self.add_prefix(f"{category}_{count}"), "") for count in COUNTS]
            typed += [self.data.get(self.add_prefix(f"{category}_{part}"), "") for part in ("note", "action")]
        return not any(text.strip() not in ("", "0") for text in typed)


class ExportForm(UnitForm):
    starts_on = forms.DateField(label=_("From"), widget=day_input())
    ends_on = forms.DateField(label=_("Until"), widget=day_input())
    purpose = forms.ChoiceField(
        label=_("What for?"),
        choices=[("", _("Choose a purpose")), *Purpose.choices],
        help_text=_("Cards are no ground for punishment: discipline is no purpose."),
    )
    words = forms.CharField(
        label=_("What is done with them, in words"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
