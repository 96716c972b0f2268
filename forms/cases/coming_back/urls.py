from django.urls import path

from forms.cases.coming_back import views

urlpatterns = [path("desk/cases/<str:number>/revisit/", views.case_revisit, name="case_revisit")]
