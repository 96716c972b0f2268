from django.urls import path

from forms.cases.retention import views

urlpatterns = [
    path("desk/retention/", views.retention, name="case_retention"),
    path("desk/retention/<int:pk>/", views.erasure, name="case_erasure"),
    path("desk/cases/<str:number>/erase/", views.erase, name="case_erase"),
]
