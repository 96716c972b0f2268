"""The verbs of hotlines, calls and mail: the only code that writes them. Each is journalled in its own transaction."""

from forms.cases.calls.actions.entering import WAYS, NewEntry, enter_case
from forms.cases.calls.actions.hotlines import add_turns, copy_week, drop_turn, in_order, set_hotline
from forms.cases.calls.actions.mails import settle_mail, take_mail
from forms.cases.calls.actions.recording import NewCall, record_call
from forms.cases.calls.actions.said import first_words, is_known

__all__ = [
    "WAYS",
    "NewCall",
    "NewEntry",
    "add_turns",
    "copy_week",
    "drop_turn",
    "enter_case",
    "first_words",
    "in_order",
    "is_known",
    "record_call",
    "set_hotline",
    "settle_mail",
    "take_mail",
]
