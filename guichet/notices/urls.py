"""The bell and its pages."""

from django.urls import path

from guichet.notices import pages

app_name = "notices"

urlpatterns = [
    path("notices/", pages.notices, name="notices"),
    path("notices/list/", pages.part, name="list"),
    path("notices/panel/", pages.panel, name="panel"),
    path("notices/bell/", pages.bell, name="bell"),
    path("notices/read/", pages.read, name="read"),
    path("notices/unread/", pages.unread, name="unread"),
    path("settings/notices/", pages.choices, name="choices"),
]
