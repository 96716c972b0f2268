"""Which stages of the demo company stand already, so that a load that was interrupted goes on where it stopped."""

from __future__ import annotations

from django.db import models


class BuiltStage(models.Model):
    """One stage that was built and committed; `moment` is the demo's present, the same for all its stages."""

    name = models.CharField(max_length=80, primary_key=True)
    moment = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
