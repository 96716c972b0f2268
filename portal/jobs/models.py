"""Leases over the task queue, the runs of the schedule, the outbox that search and other followers read, figures."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """A worker holds a job until `expires_at` and keeps extending it; a lease that ran out means the worker died."""

    job_id = models.UUIDField(primary_key=True)
    worker = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.job_id} by {self.worker}"


class ScheduledRun(models.Model):
    """A moment of the schedule that was done. The constraint makes it once, however many workers call `tick`."""

    name = models.CharField(max_length=80)
    moment = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "moment"], name="scheduled_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.moment:%Y-%m-%d %H:%M}"


class ScheduleMark(models.Model):
    """Up to which moment a schedule was looked at."""

    name = models.CharField(max_length=80, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.until:%Y-%m-%d %H:%M}"


class OutboxRow(models.Model):
    """A change that a follower (search, mail, figures) has yet to hear of; written in the transaction of the change."""

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["topic", "id"])]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class KeptFigures(models.Model):
    """Figures that took long to count, shared by all processes; see portal/jobs/figures.py. Keys and sums, no names."""

    name = models.CharField(max_length=40)
    question_digest = models.CharField(max_length=64)
    question = models.JSONField()
    key_digest = models.CharField(max_length=64)  # of the question, the day and all else the figures depend on
    counted_at = models.DateTimeField(db_index=True)
    asked_at = models.DateTimeField(db_index=True)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "question_digest"], name="figures_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.counted_at:%Y-%m-%d %H:%M}"
