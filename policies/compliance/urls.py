from django.urls import path

from policies.compliance import views

urlpatterns = [
    path("compliance/", views.compliance, name="compliance"),
    path("compliance/soon/", views.compliance_soon, name="compliance_soon"),
    path("compliance/units/", views.compliance_matrix, name="compliance_matrix"),
    path("compliance/export/", views.compliance_export, name="compliance_export"),
    path("compliance/count/", views.compliance_count, name="compliance_count"),
    path("compliance/units/<str:unit>/<str:code>/", views.compliance_cell, name="compliance_cell"),
]
