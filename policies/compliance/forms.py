"""What the compliance page is asked for: unit, regulation, period. What is unknown is said, the default is shown."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from portal.lib.periods import Period, PeriodKind

# How many periods of each kind are offered.
OFFERED = {
    PeriodKind.MONTH: 7,
    PeriodKind.WEEK: 5,
    PeriodKind.QUARTER: 5,
    PeriodKind.HALF: 3,
    PeriodKind.YEAR: 2,
}
DEFAULT_KIND = PeriodKind.MONTH


def kind_labels() -> dict[str, str]:
    return {
        PeriodKind.MONTH: _("Months"),
        PeriodKind.WEEK: _("Weeks"),
        PeriodKind.QUARTER: _("Quarters"),
        PeriodKind.HALF: _("Half-years"),
        PeriodKind.YEAR: _("Years"),
    }


def period_choices(today: date) -> list[tuple[str, list[Period]]]:
    """(heading, periods) for the choice, the newest first."""
    labels, found = kind_labels(), []
    for kind, number in OFFERED.items():
        periods = [Period.of(kind, today)]
        while len(periods) < number:
            periods.append(periods[-1].previous())
        found.append((labels[kind], periods))
    return found


def chosen_period(text: str, today: date, default: str = DEFAULT_KIND) -> tuple[Period, str]:
    """(the period asked for, a sentence that says why it is another one, or "")."""
    present = Period.of(default, today)
    if not text.strip():
        return present, ""
    try:
        period = Period.parse(text[:20])
    except ValueError as problem:
        return present, str(problem)
    if period.start > today:
        return present, _("%(period)s has not begun. Here is the present one.") % {"period": period.label}
    return period, ""
