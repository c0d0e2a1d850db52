"""Every door and every room's pages, mounted once."""

from django.urls import include, path

urlpatterns = [
    path("", include("guichet.desk.urls")),
    path("contacts/", include("guichet.desk.contacts.urls")),
    path("", include("guichet.accounts.urls")),
    path("", include("guichet.notices.urls")),
    path("settings/", include("guichet.channels.urls")),
    path("", include("guichet.rules.urls")),
    path("", include("guichet.clocks.urls")),
    path("hooks/", include("guichet.channels.hook_urls")),
]
