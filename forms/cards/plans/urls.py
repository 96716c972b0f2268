from django.urls import path, re_path

from forms.cards.plans.views import figures, incidents, plans, writing

urlpatterns = [
    path("desk/cards/plans/", plans.plan_list, name="plan_list"),
    path("desk/cards/plans/new/", plans.plan_new, name="plan_new"),
    path("desk/cards/plans/slots/", figures.plan_slots, name="plan_slots"),
    path("desk/cards/plans/coverage/", figures.plan_coverage, name="plan_coverage"),
    path("desk/cards/plans/incidents/", incidents.incident_list, name="incident_list"),
    path("desk/cards/plans/incidents/new/", incidents.incident_new, name="incident_new"),
    path("desk/cards/plans/incidents/import/", incidents.incident_import, name="incident_import"),
    path("desk/cards/plans/incidents/<int:pk>/", incidents.incident_detail, name="incident_detail"),
    path("desk/cards/plans/incidents/<int:pk>/correct/", incidents.incident_correct, name="incident_correct"),
    path("desk/cards/plans/incidents/<int:pk>/withdraw/", incidents.incident_withdraw, name="incident_withdraw"),
    path("desk/cards/plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("desk/cards/plans/<int:pk>/done/", figures.plan_done, name="plan_done"),
    path("desk/cards/plans/<int:pk>/done.xlsx", figures.plan_done_sheet, name="plan_done_sheet"),
    path("desk/cards/plans/<int:pk>/reports/", writing.plan_reports, name="plan_reports"),
    path("desk/cards/plans/<int:pk>/teams/", writing.team_new, name="plan_team_new"),
    path("desk/cards/plans/<int:pk>/teams/<int:team_pk>/", writing.team_edit, name="plan_team"),
    path("desk/cards/plans/<int:pk>/teams/<int:team_pk>/remove/", writing.team_remove, name="plan_team_remove"),
    path("desk/cards/plans/<int:pk>/slots/", writing.slot_new, name="plan_slot_new"),
    path("desk/cards/plans/<int:pk>/slots/<int:slot_pk>/", writing.slot_edit, name="plan_slot"),
    path("desk/cards/plans/<int:pk>/slots/drop/", writing.slots_drop, name="plan_slots_drop"),
    path("desk/cards/plans/<int:pk>/suggest/", writing.plan_suggest, name="plan_suggest"),
    re_path(
        r"^desk/cards/plans/(?P<pk>[0-9]{1,9})/(?P<step>submit|return|approve)/$", plans.plan_step, name="plan_step"
    ),
]
