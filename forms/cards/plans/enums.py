"""The words of a plan of observations: states, times of day, what a change was, why a slot is suggested."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TEAM_SIZE = (2, 3)  # people, the leader included; SAF-05, clause 4.2.3
MOST_A_MONTH = 31  # observations of one team in one month
STRANGERS = 1  # observers of a planned card who need not be of the team: somebody fell ill, a guest came along
LONGEST_TEXT = 1000
LOOK_BACK = 365  # days of injuries and near misses that weigh in a suggestion
LATEST_REPORT_DAY = 28  # a day that every month has


class PlanState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("plan", "Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    APPROVED = "approved", pgettext_lazy("plan", "Approved")

    @property
    def tone(self) -> str:
        return {"draft": "neutral", "submitted": "accent", "approved": "success"}[self.value]


# (verb, state before) -> state after. An approved plan stays approved: what changes in it leaves a trace.
TRANSITIONS: dict[tuple[str, str], PlanState] = {
    ("submit", PlanState.DRAFT): PlanState.SUBMITTED,
    ("return", PlanState.SUBMITTED): PlanState.DRAFT,
    ("approve", PlanState.SUBMITTED): PlanState.APPROVED,
}


class Band(models.TextChoices):
    """The times of day (clause 5.1), by the clock."""

    EARLY = "early", _("Early morning")
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")
    NIGHT = "night", _("Night")

    @property
    def starts_at(self) -> time:
        return time(BAND_HOURS[self][0])

    @property
    def hours(self) -> str:
        first, last = BAND_HOURS[self]
        return f"{first:02d}–{last:02d}"


BAND_HOURS = {
    Band.EARLY: (0, 6),
    Band.MORNING: (6, 12),
    Band.AFTERNOON: (12, 18),
    Band.EVENING: (18, 22),
    Band.NIGHT: (22, 24),
}


class Verb(models.TextChoices):
    """What somebody did to a plan; the history shows these words."""

    DRAFT = "draft", _("Plan begun")
    DETAILS = "details", _("Report requirements changed")
    SUBMIT = "submit", _("Submitted for approval")
    RETURN = "return", _("Returned to the planner")
    APPROVE = "approve", pgettext_lazy("plan history", "Plan approved")
    ADD_TEAM = "add_team", _("Team added")
    CHANGE_TEAM = "change_team", _("Team changed")
    DROP_TEAM = "drop_team", _("Team removed")
    ADD_SLOT = "add_slot", _("Observation added")
    CHANGE_SLOT = "change_slot", _("Observation changed")
    DROP_SLOT = "drop_slot", _("Observation taken out")
    SUGGEST = "suggest", _("Filled with suggestions")


WRITING = frozenset(
    {Verb.DRAFT, Verb.DETAILS, Verb.ADD_TEAM, Verb.CHANGE_TEAM, Verb.DROP_TEAM}
    | {Verb.ADD_SLOT, Verb.CHANGE_SLOT, Verb.DROP_SLOT, Verb.SUGGEST, Verb.SUBMIT}
)  # whoever did one of these wrote the plan and does not approve it


class Why(models.TextChoices):
    """Why a slot was suggested."""

    UNSEEN = "unseen", _("A hole: nothing is planned here at this time, and nobody looked lately")
    HOLE = "hole", _("A hole: nothing is planned here at this time")
    INCIDENT = "incident", _("Injuries or near misses in this area in the last 12 months")
    FREQUENT = "frequent", _("Often unsafe in this area in the last period")
    REPEAT = "repeat", _("To look again, so that all areas come round evenly")


class SlotStanding(models.TextChoices):
    """What a slot is on a day."""

    DONE = "done", pgettext_lazy("planned observation", "Done")
    OVERDUE = "overdue", pgettext_lazy("planned observation", "Missed")
    DUE = "due", _("Due now")
    TO_COME = "to_come", pgettext_lazy("planned observation", "To come")
    DROPPED = "dropped", _("Taken out")

    @property
    def tone(self) -> str:
        return {"done": "success", "overdue": "danger", "due": "accent"}.get(self.value, "neutral")


class Source(models.TextChoices):
    INJURY = "injury", _("Injury")
    NEAR_MISS = "near_miss", _("Near miss")


class Severity(models.TextChoices):
    LIGHT = "light", pgettext_lazy("severity", "Light")
    MEDIUM = "medium", pgettext_lazy("severity", "Medium")
    GRAVE = "grave", pgettext_lazy("severity", "Grave")

    @property
    def weight(self) -> int:
        return {"light": 1, "medium": 2, "grave": 4}[self.value]


INJURY_WEIGHT = 2  # an injury counts twice a near miss of the same severity


class IncidentVerb(models.TextChoices):
    """What somebody did to an entry of the register; its history shows these words."""

    ENTER = "enter", pgettext_lazy("incident history", "Entered")
    CORRECT = "correct", pgettext_lazy("incident history", "Corrected")
    WITHDRAW = "withdraw", pgettext_lazy("incident history", "Withdrawn")

    @property
    def tone(self) -> str:
        return {"correct": "info", "withdraw": "danger"}.get(self.value, "")
