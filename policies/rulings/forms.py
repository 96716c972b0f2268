"""The forms of asking, answering and proposing. What they say goes to a verb, which judges it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from policies.models import Edition
from policies.rulings.enums import LONGEST_TEXT, ProposalKind
from portal.lib.shown_again import say_instead
from portal.org.models import Unit, User


def _area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class SentForm(forms.Form):
    """A form that may be sent more than once: its id makes the second time harmless."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_id": uuid.uuid4(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, **kwargs)

    def with_fresh_id(self) -> None:
        """After a conflict or a broken id the same words may be sent once more."""
        say_instead(self, submission_id=uuid.uuid4())


class QuestionForm(SentForm):
    # The earlier rulings that were shown, so that those found for the words are shown once before it is sent.
    offered = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    text = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_TEXT,
        widget=_area(5),
        help_text=_("Say what you do, and what the clause leaves open."),
    )


class ProposalForm(SentForm):
    kind = forms.ChoiceField(label=_("What it is about"), choices=ProposalKind, widget=forms.RadioSelect)
    suggestion = forms.CharField(label=_("Your proposal"), max_length=LONGEST_TEXT, widget=_area(4))
    reason = forms.CharField(
        label=_("Why it would be better"),
        max_length=LONGEST_TEXT,
        widget=_area(3),
    )
    name_shown = forms.BooleanField(
        label=_("My name may be shown if the proposal is accepted"),
        required=False,
        help_text=_("Without your agreement the thanks name nobody."),
    )


class ClauseForm(forms.Form):
    """Which clause: a regulation and the clause's number in it."""

    edition = forms.ModelChoiceField(label=_("Regulation"), queryset=Edition.objects.none(), empty_label=None)
    number = forms.CharField(
        label=_("Number of the clause"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "go"}),
        help_text=_("As it stands in the regulation, such as 4.5.3."),
    )

    def __init__(self, *args: Any, editions: QuerySet[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
        self.fields["edition"].label_from_instance = edition_label  # type: ignore[attr-defined]


def edition_label(edition: Edition) -> str:
    return " ".join(part for part in (edition.regulation.number, edition.title) if part)


# ---- the desk -------------------------------------------------------------------------------------------------------
class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("Answer to the asker"), max_length=LONGEST_TEXT, widget=_area(5))


class PublishForm(forms.Form):
    asked = forms.CharField(
        label=_("The question, in words for everybody"),
        max_length=LONGEST_TEXT,
        widget=_area(3),
        help_text=_("Without the name of who asked."),
    )
    answer = forms.CharField(label=_("Answer for everybody"), max_length=LONGEST_TEXT, widget=_area(6))


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label=_("Why it is not answered, and where the asker can turn"), max_length=LONGEST_TEXT, widget=_area(3)
    )


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(label=_("Department"), queryset=Unit.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_TEXT, widget=_area(2))

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = units  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_TEXT, widget=_area(3))


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[
            ("accept", _("Accept for the next edition")),
            ("decline", _("Decline")),
            ("note", _("Note, without a change now")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to the proposer"),
        max_length=LONGEST_TEXT,
        widget=_area(4),
        help_text=_("Every proposal gets one; say why."),
    )
