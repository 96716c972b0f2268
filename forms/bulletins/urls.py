from django.urls import path

from forms.bulletins import views

urlpatterns = [
    path("bulletins/<slug:slug>/pdf/", views.bulletin_pdf, name="bulletin_pdf"),
    path("desk/bulletins/", views.bulletin_list, name="bulletin_list"),
]
