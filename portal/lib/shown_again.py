"""A form that comes back to whoever sent it: with a sentence that says why, and with everything typed."""

from __future__ import annotations

from typing import Any

from portal.lib.refusals import Refused


def show_refusal(form: Any, refused: Refused) -> int:
    """Says a verb's refusal on the form, beside the field it belongs to; returns the status to answer with."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
    return refused.status


def say_instead(form: Any, **values: Any) -> None:
    """Hidden fields say something else when the form is shown again: the version that stands now, a fresh id."""
    data = form.data.copy()  # what a request brought cannot be changed
    for name, value in values.items():
        data[name] = str(value)
    form.data = data
