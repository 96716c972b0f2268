"""Finding the clause, the application itself, a few words with a step."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.models import Edition
from portal.files.fields import SeveralFilesField, SeveralFilesInput
from portal.lib.form_fields import day_input
from portal.lib.shown_again import say_instead
from portal.org.models import Unit

LONGEST_TEXT = 4000
_PICTURES = "image/jpeg,image/png,image/webp,application/pdf"


class ClauseFinder(forms.Form):
    """Which clause: the regulation and the number."""

    edition = forms.ChoiceField(label=_("Regulation"))
    number = forms.CharField(
        label=_("Number of the clause"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "go"}),
        help_text=_("As it stands in the regulation, such as 4.2.1."),
    )

    def __init__(self, *args: Any, editions: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].choices = [(str(one.pk), one.title) for one in editions]  # type: ignore[attr-defined]


def _text(label: Any, help_text: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows})
    )


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=day_input())


class DeviationForm(forms.Form):
    """An application. `unit` is a choice only for who holds posts in several units."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    unit = forms.ChoiceField(label=_("Unit"))
    starts_on = _day(_("From"))
    ends_on = _day(_("Last day"), _("One year at most. It is never prolonged; a renewal is a new application."))
    reasons = _text(_("Reasons"), _("Why the clause cannot be followed as it stands."))
    facts = _text(_("Facts that support it"), _("What was found: measurements, conditions, expert opinions, dates."))
    files = SeveralFilesField(  # type: ignore[assignment]
        label=_("Photos and papers that support it"),
        required=False,
        max_length=500,
        help_text=_("Up to 5 photos (JPEG, PNG, WebP) or PDF files, each up to 15 MB."),
        widget=SeveralFilesInput(attrs={"accept": _PICTURES}),
    )
    measures = _text(_("Compensating measures"), _("How the people stay as safe as with the clause."))

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        given = kwargs.pop("initial", None) or {}
        kwargs["initial"] = {"submission_id": uuid.uuid4(), "unit": units[0].code, **given}
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.code, unit.name) for unit in units]  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()

    def with_fresh_id(self) -> None:
        """The form, shown again, is sent as something new; everything typed stays."""
        say_instead(self, submission_id=uuid.uuid4())


class NoteForm(forms.Form):
    """A few words with a step."""

    note = forms.CharField(label=_("In words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, *args: Any, label: Any = None, help_text: Any = "", required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        note.label, note.help_text, note.required = label or note.label, help_text, required
