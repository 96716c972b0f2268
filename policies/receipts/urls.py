from django.urls import path

from policies.receipts import views

urlpatterns = [
    path("receipts/", views.receipt_overview, name="receipt_overview"),
    path("receipts/export/", views.receipt_export, name="receipt_export"),
    path("receipts/paper/", views.receipt_batches, name="receipt_batches"),
    path("receipts/paper/new/", views.receipt_batch_new, name="receipt_batch_new"),
    path("receipts/paper/sheet/", views.receipt_sheet, name="receipt_sheet"),
    path("receipts/paper/<uuid:pk>/", views.receipt_batch, name="receipt_batch"),
    path("regulations/<str:slug>/changes/", views.regulation_changes, name="regulation_changes"),
]
