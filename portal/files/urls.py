from django.urls import path

from portal.files import views

urlpatterns = [path("files/<uuid:file_id>/", views.private_file, name="private_file")]
