"""Work of bulletins that runs in the worker."""

from __future__ import annotations

from django_tasks import task

from forms.bulletins import actions
from forms.bulletins.models import BulletinPage


@task()
def make_paper_job(page_id: int) -> str:
    """Makes the PDF of a published bulletin; running it again changes nothing."""
    page = BulletinPage.objects.filter(pk=page_id, live=True).first()
    return actions.make_paper(page).state if page else "gone"
