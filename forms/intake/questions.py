"""The editor's own questions: as fields of the form, and as answers that keep the wording they answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import FormBuilder

from forms.intake.models import EntranceQuestion
from portal.lib.form_fields import day_input, moment_input

LONGEST_TEXT = 5000
SCALE = {
    5: _("5 – very satisfied"),
    4: _("4 – satisfied"),
    3: _("3 – neither"),
    2: _("2 – dissatisfied"),
    1: _("1 – very dissatisfied"),
}


@dataclass(frozen=True)
class AnswerGiven:
    """One answer, with the question as it stood when it was answered."""

    name: str
    label: str
    definition: dict[str, Any]
    value: Any  # JSON


class QuestionFields(FormBuilder):
    """Wagtail's form builder, with an upper length for every text."""

    def create_multiline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        options["max_length"] = LONGEST_TEXT
        return super().create_multiline_field(field, options)

    def create_scale_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        """From 5 to 1; a question that need not be answered can be left with "no opinion"."""
        nothing = [] if options.get("required") else [("", _("No opinion"))]
        choices = [*((str(value), label) for value, label in SCALE.items()), *nothing]
        options.pop("initial", None)
        return forms.TypedChoiceField(
            choices=choices, coerce=int, empty_value=None, widget=forms.RadioSelect, **options
        )

    def create_hidden_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        options["max_length"] = 255
        return super().create_hidden_field(field, options)

    def create_number_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.DecimalField(max_digits=18, decimal_places=6, **options)

    def create_date_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.DateField(widget=day_input(), **options)

    def create_datetime_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        widget = moment_input()
        return forms.DateTimeField(widget=widget, **options)


def fields_of(questions: Iterable[EntranceQuestion]) -> dict[str, forms.Field]:
    """Form fields by their stable names, in the editor's order."""
    return dict(QuestionFields(list(questions)).formfields)


def answers_of(questions: Iterable[EntranceQuestion], cleaned: Mapping[str, Any]) -> list[AnswerGiven]:
    """What a valid form said to each question, in their order."""
    return [
        AnswerGiven(
            name=question.clean_name,
            label=question.label,
            definition={
                "type": question.field_type,
                "required": question.required,
                "choices": question.choices,
                "help_text": question.help_text,
            },
            value=_as_json(cleaned.get(question.clean_name)),
        )
        for question in questions
    ]


def _as_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set):
        return [_as_json(part) for part in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
