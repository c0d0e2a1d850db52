"""Every door and every room's pages, mounted once."""

from django.urls import include, path

urlpatterns = [
    path("", include("guichet.desk.urls")),
    path("account/", include("allauth.account.urls")),
]
