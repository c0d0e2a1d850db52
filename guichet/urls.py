"""Every door and every room's pages, mounted once."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.account.urls")),
]
