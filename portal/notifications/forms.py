"""How a person wants to be told; a gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.notifications.enums import MailChoice
from portal.notifications.kinds import kinds_for, notification_kinds
from portal.notifications.models import Gateway, NotificationSettings
from portal.org.readers import Reader

MAIL, GATEWAY = "mail_", "gateway_"


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write an hour like 22:00.")},
    )


@dataclass(frozen=True)
class KindRow:
    """A kind on the page of settings: how it is mailed, and whether a gateway carries it (None: none does)."""

    mail: Any
    gateway: Any


class SettingsForm(forms.Form):
    """One choice for each kind that concerns the reader, then the hours. `gateways` are those in use."""

    quiet_from = _hour(_("Quiet from"))
    quiet_to = _hour(_("Quiet until"))
    urgent_passes = forms.BooleanField(label=_("Urgent things reach me in quiet hours too"), required=False)
    digest_hour = forms.TypedChoiceField(
        label=_("Hour of the daily digest"), choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int
    )
    wecom = forms.CharField(
        label=_("My WeCom account"),
        max_length=64,
        required=False,
        help_text=_("As the gateway of the company knows it."),
    )

    def __init__(self, data: Any, *, reader: Reader, row: NotificationSettings, gateways: Sequence[Gateway]) -> None:
        own = ("quiet_from", "quiet_to", "urgent_passes", "digest_hour", "wecom")
        super().__init__(data, initial={name: getattr(row, name) for name in own})
        self.own = own
        if not gateways:
            del self.fields["wecom"]
        carried = {kind: gateway.name for gateway in gateways for kind in gateway.kinds}
        self.kinds = kinds_for(reader)
        fields: dict[str, Any] = {}
        for name, kind in self.kinds:
            label = _("%(kind)s (urgent)") % {"kind": kind.label} if kind.urgent else kind.label
            fields[MAIL + name] = forms.ChoiceField(
                label=label, choices=MailChoice, initial=row.choice_for(name), widget=forms.RadioSelect
            )
            if name in carried:
                label = _("Also by %(gateway)s") % {"gateway": carried[name]}
                fields[GATEWAY + name] = forms.BooleanField(
                    label=label, required=False, initial=row.wants_by_gateway(name)
                )
        self.fields = {**fields, **self.fields}

    @property
    def kind_rows(self) -> list[KindRow]:
        return [
            KindRow(self[MAIL + name], self[GATEWAY + name] if GATEWAY + name in self.fields else None)
            for name, _kind in self.kinds
        ]

    @property
    def values(self) -> dict[str, Any]:
        """As the verb takes them."""
        cleaned = self.cleaned_data
        names = [name for name, _kind in self.kinds]
        return {
            **{name: cleaned[name] for name in self.own if name in self.fields},
            "mail": {name: cleaned[MAIL + name] for name in names},
            "by_gateway": {name: cleaned[GATEWAY + name] for name in names if GATEWAY + name in self.fields},
        }


class GatewayForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As the staff knows it: SMS, WeCom."))
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
