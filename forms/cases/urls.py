"""The entrance for complaints, the desk, a customer's own cases, incidents, the board, what the desk keeps."""

from __future__ import annotations

from django.urls import path

from forms.cases.desk import ACTS
from forms.cases.views import board, customers, desk, entrance, incidents, keeping

urlpatterns = [
    path("complaint/", entrance.ComplaintView.as_view(), name="complaint"),
    path("my/cases/", customers.my_cases, name="my_cases"),
    path("my/cases/<str:number>/", customers.my_case, name="my_case"),
    *(
        path(f"my/cases/<str:number>/{verb}/", customers.my_case_act, {"verb": verb}, name=f"my_case_{verb}")
        for verb in customers.OWN_ACTS
    ),
    *(
        path(f"track/case/{verb}/", customers.tracked_act, {"verb": verb}, name=f"tracked_{verb}")
        for verb in customers.OWN_ACTS
    ),
    path("desk/board/", board.case_board, name="case_board"),
    path("desk/incidents/", incidents.incident_list, name="case_incident_list"),
    path("desk/incidents/<int:pk>/", incidents.incident_detail, name="case_incident_detail"),
    *(
        path(f"desk/incidents/<int:pk>/{verb}/", incidents.incident_act, {"verb": verb}, name=f"case_incident_{verb}")
        for verb in incidents.INCIDENT_ACTS
    ),
    path("desk/limits/", keeping.case_limits, name="case_limits"),
    path("desk/answers/", keeping.case_answers, name="case_answers"),
    path("desk/answers/<int:pk>/", keeping.case_answers, name="case_answer_kept"),
    path("desk/filters/", keeping.case_filters, name="case_filters"),
    path("desk/assign/", desk.bulk_assign, name="case_bulk_assign"),
    path("desk/cases.xlsx", desk.case_export, name="case_export"),
    path("desk/cases/", desk.case_list, name="case_list"),
    path("desk/cases/<str:number>/", desk.case_detail, name="case_detail"),
    *(path(f"desk/cases/<str:number>/{verb}/", desk.case_act, {"verb": verb}, name=f"case_{verb}") for verb in ACTS),
]
