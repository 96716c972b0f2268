from django.urls import include, path

from home import views

urlpatterns = [path("healthz", views.health, name="health"), path("", include("home.library.urls"))]
