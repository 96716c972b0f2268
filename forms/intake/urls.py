"""Receipts, the look-up of a tracking code, attachments. Entrances have the addresses of their apps."""

from __future__ import annotations

from django.urls import path

from forms.intake import views

urlpatterns = [
    path("receipts/<uuid:submission_id>/", views.receipt, name="receipt"),
    path("track/", views.track, name="track"),
    path("track/progress/", views.track_progress, name="track_progress"),
    path("attachments/<uuid:attachment_id>/", views.attachment, name="attachment"),
]
