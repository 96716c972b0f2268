"""Inputs for days and moments: the browser's own pickers, in the one format they take."""

from __future__ import annotations

from django import forms

MOMENT_FORMAT = "%Y-%m-%dT%H:%M"


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT_FORMAT)
