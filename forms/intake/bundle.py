"""Entrances that go out with an edition: a form that a regulation asks for is published with its text, or not at
all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from forms.intake.models import EntrancePage
from portal.lib.registries import BundlePart


def waiting_entrances(edition: Any) -> list[EntrancePage]:
    """As their editors left them: entrances with unpublished changes that wait for the next edition of this regulation,
    by title. There are few entrances: what a draft says stands in its revision, so each draft is looked at."""
    found = []
    for model in EntrancePage.__subclasses__():
        for page in model.objects.filter(has_unpublished_changes=True):
            draft = page.get_latest_revision_as_object()
            if draft.goes_with_id == edition.regulation_id:
                found.append(draft)
    return sorted(found, key=lambda page: (page.title, page.pk))


def _missing(edition: Any) -> list[str]:
    sentences = []
    for page in waiting_entrances(edition):
        try:
            page.full_clean()
        except ValidationError as problem:
            sentences.append(_g("%(title)s: %(why)s") % {"title": page.title, "why": " ".join(problem.messages)})
    return sentences


def _names(edition: Any) -> list[str]:
    return [page.title for page in waiting_entrances(edition)]


def _publish(by: Any, edition: Any, now: datetime) -> None:
    """Publishes each as it stands; what was waiting waits no longer. Whoever may issue the edition may let its forms
    out."""
    for page in waiting_entrances(edition):
        page.goes_with = None
        page.save_revision(user=by, log_action=True).publish(user=by, skip_permission_checks=True)


FORMS_WITH_EDITION = BundlePart(label=_("Form"), check=_missing, run=_publish, names=_names)
