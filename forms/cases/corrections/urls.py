"""Corrective plans, causes and preventive measures, and the reports that the whole company reads."""

from __future__ import annotations

from django.urls import path, re_path

from forms.cases.corrections.views import causes, plans, reading, reports

_NUMBER = r"(?P<number>CR-\d{4}-\d{3,5})"

urlpatterns = [
    path("desk/cases/<str:number>/plan/", plans.case_plan, name="case_plan"),
    path("desk/cases/<str:number>/cause/", causes.case_cause, name="case_cause"),
    path("desk/cases/<str:number>/prevention/", causes.case_prevention, name="case_prevention"),
    path("desk/cases/<str:number>/major/", reports.case_major, name="case_major"),
    path("desk/cases/<str:number>/report/", reports.case_report, name="case_report"),
    path("desk/corrections/", plans.correction_list, name="correction_list"),
    path("desk/corrections/items/<int:pk>/", plans.correction_item, name="correction_item"),
    re_path(
        r"^desk/corrections/items/(?P<pk>\d{1,9})/(?P<step>report|accept|return)/$",
        plans.correction_item_step,
        name="correction_item_step",
    ),
    path("desk/corrections/prevention/", causes.prevention_list, name="prevention_list"),
    path("desk/corrections/prevention/<int:pk>/", causes.prevention_detail, name="prevention_detail"),
    re_path(
        r"^desk/corrections/prevention/(?P<pk>\d{1,9})/(?P<step>done|verify)/$",
        causes.prevention_step,
        name="prevention_step",
    ),
    path("desk/corrections/reports/", reports.corrective_drafts, name="corrective_drafts"),
    re_path(rf"^desk/corrections/reports/{_NUMBER}/$", reports.corrective_draft, name="corrective_draft"),
    re_path(
        rf"^desk/corrections/reports/{_NUMBER}/(?P<step>submit|return|approve|publish|withdraw)/$",
        reports.corrective_draft_step,
        name="corrective_draft_step",
    ),
    re_path(rf"^desk/corrections/reports/{_NUMBER}/confirm/$", reports.corrective_confirm, name="corrective_confirm"),
    path("corrective-reports/", reading.corrective_reports, name="corrective_reports"),
    re_path(rf"^corrective-reports/{_NUMBER}/$", reading.corrective_report, name="corrective_report"),
    re_path(rf"^corrective-reports/{_NUMBER}/receipt/$", reading.corrective_receipt, name="corrective_receipt"),
    re_path(rf"^corrective-reports/{_NUMBER}/report\.pdf$", reading.corrective_pdf, name="corrective_pdf"),
    re_path(rf"^corrective-reports/{_NUMBER}/readers/$", reading.corrective_readers, name="corrective_readers"),
]
