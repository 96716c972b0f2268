"""The form of an entrance: an id that makes a retry harmless, a trap for robots, files, the editor's questions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from forms.intake import questions
from forms.intake.models import EntrancePage, EntranceQuestion
from portal.files.fields import SeveralFilesField, SeveralFilesInput
from portal.lib import clock, codes
from portal.lib.shown_again import say_instead

OPENED_SALT = "intake.opened"
# Nobody reads and fills a form faster; a submission that did is kept, with a mark.
LEAST_TIME = timedelta(seconds=2)
LONGEST_OPEN = timedelta(days=3)
FRAME_FIELDS = frozenset({"submission_id", "opened", "website", "files"})


class _Fields(dict[str, forms.Field]):
    """The fields of a form class. A copy has fields and widgets of its own, whose choices, attributes and labels may be
    set; what nobody changes afterwards (messages, choices as declared) is shared. Django's own copy copies that, too,
    and costs a submission a tenth of its time."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        copies = {}
        for name, field in self.items():
            if not (_is_simple(field) and _is_simple(field.widget)):
                copies[name] = deepcopy(field, memo)
                continue
            copies[name] = own = _shallow(field)
            own.widget = _shallow(field.widget)
            own.widget.attrs = dict(field.widget.attrs)
            own.validators = list(field.validators)
        return copies


SIMPLE = {
    kind.__deepcopy__
    for kind in (forms.Field, forms.ChoiceField, forms.Widget, forms.Select)  # type: ignore[attr-defined]
}


def _is_simple(thing: Any) -> bool:
    """Whether its class copies no more than these do: a choice of records, for one, would keep what it once read."""
    return type(thing).__deepcopy__ in SIMPLE


def _shallow(thing: Any) -> Any:
    own = thing.__class__.__new__(thing.__class__)
    own.__dict__.update(thing.__dict__)
    return own


class EntranceForm(forms.Form):
    """Base of the form of every entrance; a subclass adds the core fields. `takes_files = False` takes no files."""

    takes_files = True

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    files = SeveralFilesField(  # type: ignore[assignment]
        label=_("Photos"),
        required=False,
        max_length=500,
        help_text=_("Up to 5 photos (JPEG, PNG, WebP) or PDF files, each up to 15 MB."),
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )

    def __init__(
        self, *args: Any, page: EntrancePage, own_questions: Sequence[EntranceQuestion] = (), **kwargs: Any
    ) -> None:
        given = kwargs.pop("initial", None) or {}
        kwargs["initial"] = {"submission_id": uuid.uuid4, "opened": opened_now, **given}  # made where they are shown
        self.base_fields = _Fields(self.base_fields)  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        self.page = page
        self.own_questions = list(own_questions)
        self.question_names: list[str] = []
        if not self.takes_files:
            del self.fields["files"]
        for name, field in questions.fields_of(self.own_questions).items():
            self.fields[name] = field
            self.question_names.append(name)

    # ---- what a template shows ---------------------------------------------------------------------------------
    @property
    def core_fields(self) -> list[forms.BoundField]:
        """The typed fields of the app that owns the record, without files and the frame's own."""
        frame = FRAME_FIELDS | set(self.question_names)
        return [self[name] for name in self.fields if name not in frame]

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.question_names]

    # ---- what a verb gets --------------------------------------------------------------------------------------
    @property
    def core(self) -> dict[str, Any]:
        """The cleaned core fields alone: what the fingerprint and the verb see."""
        frame = FRAME_FIELDS | set(self.question_names)
        return {name: value for name, value in self.cleaned_data.items() if name not in frame}

    @property
    def answers(self) -> list[questions.AnswerGiven]:
        return questions.answers_of(self.own_questions, self.cleaned_data)

    @property
    def was_hasty(self) -> bool:
        """Whether it came back sooner than a person can. An old or missing mark says nothing and is no fault."""
        try:
            opened = float(signing.loads(self.cleaned_data.get("opened") or "", salt=OPENED_SALT, max_age=LONGEST_OPEN))
        except (signing.BadSignature, TypeError, ValueError):
            return False
        return clock.now().timestamp() - opened < LEAST_TIME.total_seconds()

    def clean_website(self) -> str:
        if self.cleaned_data.get("website"):
            raise forms.ValidationError(_("A field that must stay empty was filled in: clear it and send again."))
        return ""

    def with_fresh_id(self) -> None:
        """The form, shown again, is sent as something new; everything typed stays."""
        say_instead(self, **{self.add_prefix("submission_id"): uuid.uuid4()})


class TrackForm(forms.Form):
    code = forms.CharField(
        label=_("Tracking code"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def normalised(self) -> str:
        """The code as it was given out; a mistyped one becomes one that nobody holds, looked up all the same."""
        typed = self.cleaned_data["code"]
        return codes.normalise_code(typed) or f"mistyped:{typed}"


def opened_now() -> str:
    return signing.dumps(f"{clock.now().timestamp():.1f}", salt=OPENED_SALT)
