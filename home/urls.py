from django.urls import path

from home import faults

urlpatterns = [path("healthz", faults.health, name="health")]
