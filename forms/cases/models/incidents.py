"""Mass incidents: one burst pipe, many cases, one text to say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.enums import CaseKind, IncidentState


class Incident(models.Model):
    """Something that many customers report at once. What clerks say to each of them is written once, here."""

    title = models.CharField(_("title"), max_length=120)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("responsible unit"))
    estate = models.ForeignKey("org.Estate", models.PROTECT, related_name="+", verbose_name=_("estate"))
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind, default=CaseKind.COMPLAINT)
    say = models.TextField(_("what to tell customers now"))
    state = models.CharField(_("state"), max_length=10, choices=IncidentState, default=IncidentState.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("case_incident_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == IncidentState.OPEN
