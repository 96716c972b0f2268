"""Work of the guide that runs in the worker."""

from __future__ import annotations

from django_tasks import task

from policies.actions import make_booklet
from policies.enums import Script
from policies.models import GuideEdition


@task()
def make_booklet_job(edition_id: int, script: str) -> str:
    """Makes the booklet of an edition in one script; running it again changes nothing."""
    edition = GuideEdition.objects.get(pk=edition_id)
    return make_booklet(edition, Script(script)).state
