"""How and by when somebody comes back to the customer of a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.cases.models import Case
from forms.revisits.enums import RevisitKind
from portal.lib.form_fields import moment_input


class PromiseForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("How"),
        widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in RevisitKind if one != RevisitKind.SPECIAL],
    )
    due_at = forms.DateTimeField(
        label=_("By when"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=moment_input(),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": case.version, "kind": RevisitKind.PHONE, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
