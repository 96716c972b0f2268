from django.urls import path, re_path

from policies.deviations import views

urlpatterns = [
    path("deviations/", views.deviation_list, name="deviation_list"),
    path("deviations/new/", views.deviation_new, name="deviation_new"),
    path("deviations/<int:pk>/", views.deviation_detail, name="deviation_detail"),
    path("deviations/<int:pk>/record.pdf", views.deviation_record, name="deviation_record"),
    re_path(
        r"^deviations/(?P<pk>[0-9]{1,9})/(?P<step>approve|decline|withdraw|end|overrun)/$",
        views.deviation_step,
        name="deviation_step",
    ),
]
