"""Settings pages of mail, below /settings/."""

from django.urls import path

from guichet.channels import ledger_pages, pages

app_name = "channels"
urlpatterns = [
    path("inboxes/", pages.inboxes, name="inboxes"),
    path("inboxes/add/", pages.inbox, name="add_inbox"),
    path("inboxes/<int:pk>/", pages.inbox, name="inbox"),
    path("ledger/", ledger_pages.ledger, name="ledger"),
    path("ledger/try-again/", ledger_pages.try_again, name="try_all_again"),
    path("ledger/<int:pk>/try-again/", ledger_pages.try_again, name="try_again"),
    path("ledger/<int:pk>/raw/", ledger_pages.raw, name="raw"),
    path("set-aside/", ledger_pages.held, name="held"),
    path("set-aside/try-again/", ledger_pages.try_held_again, name="try_all_held_again"),
    path("set-aside/<int:pk>/try-again/", ledger_pages.try_held_again, name="try_held_again"),
]
