"""Where readers meet regulations and the Service Guide. Wagtail's catch-all comes after these."""

from django.urls import path

from policies import views

urlpatterns = [
    path("regulations/", views.regulation_list, name="regulation_list"),
    path("regulations/<str:slug>/", views.regulation_detail, name="regulation_detail"),
    path("regulations/<str:slug>/receipt/", views.regulation_receipt, name="regulation_receipt"),
    path("regulations/<str:slug>/editions/", views.regulation_editions, name="regulation_editions"),
    path("regulations/<str:slug>/editions/<int:number>/", views.regulation_edition, name="regulation_edition"),
    path("regulations/<str:slug>/editions/<int:number>/pdf/", views.regulation_pdf, name="regulation_pdf"),
    path("regulations/<str:slug>/compare/", views.regulation_compare, name="regulation_compare"),
    path(
        "regulations/<str:slug>/compare/<int:old>/<int:new>/", views.regulation_comparison, name="regulation_comparison"
    ),
    path("regulations/<str:slug>/review/", views.regulation_review, name="regulation_review"),
    path("regulations/<str:slug>/marks/", views.regulation_marks, name="regulation_marks"),
    path(
        "regulations/<str:slug>/editions/<int:number>/marks/", views.regulation_marks, name="regulation_edition_marks"
    ),
    path("guide/", views.service_guide, name="service_guide"),
    path("guide/booklet.pdf", views.guide_booklet, name="guide_booklet"),
    path("guide/editions/", views.guide_editions, name="guide_editions"),
    path("guide/editions/<int:number>/", views.guide_edition, name="guide_edition"),
    path("guide/editions/<int:number>/changes/", views.guide_changes, name="guide_changes"),
    path("guide/editions/<int:number>/booklet.pdf", views.guide_booklet, name="guide_edition_booklet"),
]
