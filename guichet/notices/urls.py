"""The bell and its pages."""

from django.urls import path

from guichet.notices import device_pages, off, pages

app_name = "notices"

urlpatterns = [
    path("notices/", pages.notices, name="notices"),
    path("notices/list/", pages.part, name="list"),
    path("notices/panel/", pages.panel, name="panel"),
    path("notices/bell/", pages.bell, name="bell"),
    path("notices/read/", pages.read, name="read"),
    path("notices/unread/", pages.unread, name="unread"),
    path("notices/off/<str:token>/", off.off, name="off"),
    path("settings/notices/", pages.choices, name="choices"),
    path("settings/notices/devices/", device_pages.add_device, name="add_device"),
    path("settings/notices/devices/<int:pk>/remove/", device_pages.remove_device, name="remove_device"),
]
