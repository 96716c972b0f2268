"""Taking what is personal out of revisits and defect files, for the room whose matter they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_scopes import scopes_disabled

from forms.revisits.models import DefectFile, DefectVisit, Revisit, RevisitAttempt
from portal.lib.erased import ERASED


def erase_revisits(subject_type: str, keys: Sequence[Any]) -> None:
    """Names, numbers, houses and words of all revisits and defect files about these things go; dates and outcomes stay.

    Call it in a transaction.
    """
    about = {"subject_type": subject_type, "subject_id__in": [str(key) for key in keys]}
    with scopes_disabled():
        revisits = Revisit.objects.filter(**about)
        RevisitAttempt.objects.filter(revisit__in=revisits).exclude(words="").update(words=ERASED)
        revisits.exclude(words="").update(words=ERASED)
        revisits.update(title=ERASED, place="", contact_name="", contact_phone="")
        files = DefectFile.objects.filter(**about)
        DefectVisit.objects.filter(file__in=files).exclude(words="").update(words=ERASED)
        files.update(title=ERASED, place="")


def under_work(subject_type: str, keys: Sequence[Any]) -> set[str]:
    """Keys, as text, of the things that somebody still has to go back for or watches."""
    about = {"subject_type": subject_type, "subject_id__in": [str(key) for key in keys]}
    with scopes_disabled():
        found = set(Revisit.objects.open().filter(**about).values_list("subject_id", flat=True))
        return found | set(DefectFile.objects.filter(released_at=None, **about).values_list("subject_id", flat=True))
