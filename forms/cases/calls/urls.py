"""Hotlines for everybody; calls, roster, numbers, figures and mails for the service centre."""

from __future__ import annotations

from django.urls import path

from forms.cases.calls.views import calls, entry, hotlines, log, mail

urlpatterns = [
    path("hotlines/", hotlines.hotlines, name="hotlines"),
    path("desk/calls/", calls.call_list, name="call_list"),
    path("desk/calls/new/", log.call_new, name="call_new"),
    path("desk/calls/enter/", entry.case_enter, name="case_enter"),
    path("desk/calls/export/", calls.call_export, name="call_export"),
    path("desk/calls/figures/", calls.call_figures, name="call_figures"),
    path("desk/calls/roster/", hotlines.call_roster, name="call_roster"),
    path("desk/calls/roster/copy/", hotlines.call_roster_copy, name="call_roster_copy"),
    path("desk/calls/roster/<int:pk>/drop/", hotlines.call_turn_drop, name="call_turn_drop"),
    path("desk/calls/hotlines/", hotlines.call_hotlines, name="call_hotlines"),
    path("desk/calls/mail/", mail.call_mail, name="call_mail"),
    path("desk/calls/mail/<int:pk>/settle/", mail.call_mail_settle, name="call_mail_settle"),
    path("desk/calls/<str:number>/", calls.call_detail, name="call_detail"),
]
