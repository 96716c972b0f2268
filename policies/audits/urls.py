from django.urls import path, re_path

from policies.audits import views

urlpatterns = [
    path("audits/", views.audit_list, name="audit_list"),
    path("audits/new/", views.audit_new, name="audit_new"),
    path("audits/findings/", views.audit_findings, name="audit_findings"),
    path("audits/findings/<int:pk>/", views.audit_finding, name="audit_finding"),
    re_path(
        r"^audits/findings/(?P<pk>[0-9]{1,9})/(?P<step>done|verify|return)/$",
        views.audit_finding_step,
        name="audit_finding_step",
    ),
    path("audits/<int:pk>/", views.audit_detail, name="audit_detail"),
    path("audits/<int:pk>/plan/", views.audit_change, name="audit_change"),
    path("audits/<int:pk>/cancel/", views.audit_cancel, name="audit_cancel"),
    path("audits/<int:pk>/questions/", views.audit_questions, name="audit_questions"),
    path("audits/<int:pk>/start/", views.audit_start, name="audit_start"),
    path("audits/<int:pk>/lines/<int:line_pk>/", views.audit_line, name="audit_line"),
    path("audits/<int:pk>/finish/", views.audit_finish, name="audit_finish"),
    path("audits/<int:pk>/report.pdf", views.audit_report, name="audit_report"),
]
