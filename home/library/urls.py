from django.urls import path

from home.library import views

urlpatterns = [
    path("library/", views.library_index, name="library_index"),
    path("library/<int:pk>/", views.library_entry, name="library_entry"),
    path("library/<int:pk>/files/<uuid:file_id>/", views.library_file, name="library_file"),
    path("desk/library/", views.library_desk, name="library_desk"),
    path("desk/library/new/", views.library_new, name="library_new"),
    path("desk/library/<int:pk>/edit/", views.library_edit, name="library_edit"),
    path("desk/library/<int:pk>/withdraw/", views.library_withdraw, name="library_withdraw"),
    path("desk/library/<int:pk>/reads/", views.library_reads, name="library_reads"),
]
