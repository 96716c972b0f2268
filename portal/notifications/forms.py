"""How a person wants to be told; a gateway."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.notifications.enums import MailChoice
from portal.notifications.kinds import kinds_for, notification_kinds
from portal.notifications.models import Gateway, NotificationSettings
from portal.org.readers import Reader

KIND = "mail_"


def _hour(label: Any, help_text: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=help_text,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write an hour like 22:00.")},
    )


class SettingsForm(forms.Form):
    """One choice for each kind that concerns the reader, then the quiet hours."""

    quiet_from = _hour(_("Quiet from"))
    quiet_to = _hour(_("Quiet until"), _("The same hour twice means no quiet hours."))
    urgent_passes = forms.BooleanField(label=_("Urgent things reach me in quiet hours too"), required=False)

    def __init__(self, data: Any, *, reader: Reader, row: NotificationSettings) -> None:
        initial: dict[str, Any] = {
            "quiet_from": row.quiet_from,
            "quiet_to": row.quiet_to,
            "urgent_passes": row.urgent_passes,
        }
        super().__init__(data, initial=initial)
        self.kinds = [name for name, _kind in kinds_for(reader)]
        fields = {}
        for name, kind in kinds_for(reader):
            fields[KIND + name] = forms.ChoiceField(
                label=kind.label, choices=MailChoice, initial=row.choice_for(name), widget=forms.RadioSelect
            )
        self.fields = {**fields, **self.fields}

    @property
    def kind_fields(self) -> list[Any]:
        return [self[KIND + name] for name in self.kinds]

    @property
    def values(self) -> dict[str, Any]:
        """As the verb takes them."""
        cleaned = self.cleaned_data
        named = ("quiet_from", "quiet_to", "urgent_passes")
        mail = {name: cleaned[KIND + name] for name in self.kinds}
        return {name: cleaned[name] for name in named} | {"mail": mail}


class GatewayForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("https, on the public network; redirects are not followed.")
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it carries"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: Any, *, gateway: Gateway | None) -> None:
        initial: dict[str, Any] = {"active": True}
        if gateway is not None:
            initial = {name: getattr(gateway, name) for name in ("name", "address", "kinds", "active")}
        super().__init__(data, initial=initial)
        self.fields["kinds"].choices = [(name, kind.label) for name, kind in notification_kinds.items()]  # type: ignore[attr-defined]
        self.fields["secret"].help_text = (
            _("At least 16 characters; shared with the gateway. It is kept encrypted and never shown again.")
            if gateway is None
            else _("Leave it empty to keep the one that is set; it is never shown.")
        )
