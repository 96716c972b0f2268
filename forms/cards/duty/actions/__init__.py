"""The verbs of the daily duty."""

from forms.cards.duty.actions.collecting import collect_day
from forms.cards.duty.actions.deciding import decide_planned_rule
from forms.cards.duty.actions.reminding import mark_mailed, remind_due
from forms.cards.duty.actions.rostering import Day, excuse_person, excuse_shift, roster_version, set_roster, write_days

__all__ = [
    "Day",
    "collect_day",
    "decide_planned_rule",
    "excuse_person",
    "excuse_shift",
    "mark_mailed",
    "remind_due",
    "roster_version",
    "set_roster",
    "write_days",
]
