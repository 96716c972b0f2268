from django.urls import path

from portal.org import views

urlpatterns = [path("language/", views.choose_language, name="choose_language")]
