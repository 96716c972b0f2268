"""All routes of the portal. Wagtail's pages come last: they take what nobody else named."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.org.views import admin_door

urlpatterns = [
    # Looked at in this order: what customers send comes first.
    path("", include("forms.intake.urls")),
    path("", include("forms.cases.urls")),
    path("", include("forms.revisits.urls")),
    path("", include("forms.cases.orders.urls")),
    path("", include("forms.cases.coming_back.urls")),
    path("", include("forms.cases.calls.urls")),
    path("", include("forms.cases.retention.urls")),
    path("", include("forms.cases.corrections.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", admin_door, name="admin_door"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("portal.org.urls")),
    path("", include("portal.files.urls")),
    path("", include("portal.notifications.urls")),
    path("", include("home.urls")),
    path("", include("policies.training.urls")),
    path("", include("policies.receipts.urls")),
    path("", include("policies.urls")),
    path("", include("policies.compliance.urls")),
    path("", include("policies.rulings.urls")),
    path("", include("policies.deviations.urls")),
    path("", include("policies.audits.urls")),
    path("", include("forms.cards.weeks.urls")),
    path("", include("forms.cards.analysis.urls")),
    path("", include("forms.cards.duty.urls")),
    path("", include("forms.cards.sheets.urls")),
    path("", include("forms.cards.plans.urls")),
    path("", include("forms.cards.urls")),
    path("", include("forms.surveys.urls")),
    path("", include("forms.bulletins.urls")),
    path("", include("search.urls")),
    path("", include(wagtail_urls)),
]

handler400 = "home.faults.bad_request"
handler500 = "home.faults.server_error"
