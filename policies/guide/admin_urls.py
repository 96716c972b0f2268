"""The desk of the guide's editions under /admin/guide/."""

from django.urls import path

from policies.viewsets import guide_editions

urlpatterns = [path("", guide_editions.guide_desk, name="guide_desk")]
