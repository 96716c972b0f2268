from django.urls import path

from forms.cards.sheets import views

urlpatterns = [
    path("desk/cards/sheets/", views.sheet_choice, name="card_sheets"),
    path("desk/cards/sheets/print/", views.sheet_print, name="card_sheets_print"),
    path("desk/cards/batches/", views.batch_entry, name="card_batches"),
    path("desk/cards/export/", views.card_export, name="card_export"),
]
