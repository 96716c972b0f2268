"""Work orders: the desk and the worker's phone, the customer's page by its code, a customer's own."""

from __future__ import annotations

from django.urls import path, re_path

from forms.cases.orders.desk import ACTS
from forms.cases.orders.views import customer, desk, watching

_ACT = "|".join(ACTS)

urlpatterns = [
    path("desk/orders/", desk.order_list, name="order_list"),
    path("desk/orders/new/", desk.order_new, name="order_new"),
    path("desk/orders/<str:number>/", desk.order_detail, name="order_detail"),
    path("desk/orders/<str:number>/step/", desk.order_step, name="order_step"),
    re_path(
        r"^desk/orders/(?P<number>[-0-9A-Z]{1,40})/photos/(?P<purpose>before|after)/$",
        desk.order_photos,
        name="order_photos",
    ),
    re_path(rf"^desk/orders/(?P<number>[-0-9A-Z]{{1,40}})/act/(?P<act>{_ACT})/$", desk.order_act, name="order_act"),
    path("desk/orders/<str:number>/watch/", watching.order_watch, name="order_watch"),
    path("my/orders/", customer.my_orders, name="my_orders"),
    path("orders/<str:code>/", customer.order_page, name="order_page"),
    path("orders/<str:code>/accept/", customer.order_page_accept, name="order_page_accept"),
    path("orders/<str:code>/still-broken/", customer.order_page_defect, name="order_page_defect"),
]
