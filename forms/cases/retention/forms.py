"""How long a kind of case keeps its data; why one is erased now."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.cases.enums import CaseKind
from forms.cases.retention.models import LEAST_MONTHS, MOST_MONTHS, USUAL_MONTHS


class TermForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind)
    months = forms.IntegerField(
        label=_("Months after the end"),
        min_value=LEAST_MONTHS,
        max_value=MOST_MONTHS,
        initial=USUAL_MONTHS,
        help_text=_("From 3 to 120. A shorter term erases more in the coming night."),
    )


class EraseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why now"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For the report; do not name the customer."),
    )
    sure = forms.BooleanField(
        label=_("I know that this cannot be undone"),
        error_messages={"required": _("Tick that you know it cannot be undone.")},
    )
