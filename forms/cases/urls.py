"""The entrance for complaints, the desk, and a customer's own cases."""

from __future__ import annotations

from django.urls import path

from forms.cases import views
from forms.cases.desk import ACTS

urlpatterns = [
    path("complaint/", views.ComplaintView.as_view(), name="complaint"),
    path("my/cases/", views.my_cases, name="my_cases"),
    path("my/cases/<str:number>/", views.my_case, name="my_case"),
    path("desk/cases/", views.case_list, name="case_list"),
    path("desk/cases/<str:number>/", views.case_detail, name="case_detail"),
    *(path(f"desk/cases/<str:number>/{verb}/", views.case_act, {"verb": verb}, name=f"case_{verb}") for verb in ACTS),
]
