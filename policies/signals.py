"""Guards for the ways to a regulation page that do not pass its own save(): moves, deletions, saves of the bare page
row."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import pre_page_move

from policies import freezing
from policies.models import RegulationPage


@receiver(pre_save, sender=Page)
def refuse_saving_the_bare_page(instance: Page, **kwargs: Any) -> None:
    """Wagtail moves and unpublishes through the base class, too."""
    if instance.pk and instance.content_type_id == ContentType.objects.get_for_model(RegulationPage).pk:
        freezing.require_verb()


@receiver(pre_delete, sender=RegulationPage)
def refuse_deleting(**kwargs: Any) -> None:
    freezing.require_verb()


@receiver(pre_page_move)
def refuse_moving(instance: Page, **kwargs: Any) -> None:
    """A page is moved with everything below it, so the page above regulations stays where it is as well."""
    if RegulationPage.objects.descendant_of(instance, inclusive=True).exists():
        freezing.require_verb()
