"""Settings pages of mail, below /settings/."""

from django.urls import path

from guichet.channels import key_pages, ledger_pages, oauth_pages, pages, reconcile_pages, sending_pages

app_name = "channels"
urlpatterns = [
    path("inboxes/", pages.inboxes, name="inboxes"),
    path("inboxes/add/", pages.inbox, name="add_inbox"),
    path("inboxes/<int:pk>/", pages.inbox, name="inbox"),
    path("inboxes/<int:pk>/accounted/", reconcile_pages.accounted, name="accounted"),
    path("inboxes/<int:pk>/check-now/", reconcile_pages.check_now, name="check_now"),
    path("inboxes/<int:pk>/sending/", sending_pages.sending, name="sending"),
    path("inboxes/<int:pk>/sending/service/<slug:name>/", sending_pages.service, name="sending_service"),
    path("inboxes/<int:pk>/sending/sign-in/<slug:provider>/", oauth_pages.sign_in, name="sign_in"),
    path("inboxes/<int:pk>/sending/forget/", sending_pages.forget, name="forget_sending"),
    path("inboxes/<int:pk>/sending/dkim/", sending_pages.sign_mail, name="sign_mail"),
    path("inboxes/<int:pk>/sending/test/", sending_pages.test, name="test_sending"),
    path("oauth/callback/", oauth_pages.callback, name="oauth_callback"),
    path("inboxes/<int:pk>/keys/", key_pages.inbox_keys, name="inbox_keys"),
    path("inboxes/<int:pk>/keys/make/", key_pages.make_key, name="make_key"),
    path("inboxes/<int:pk>/keys/use/", key_pages.set_wish, name="set_wish"),
    path("keys/", key_pages.people_keys, name="keys"),
    path("keys/<int:pk>/trust/", key_pages.trust_key, name="trust_key"),
    path("keys/<int:pk>/delete/", key_pages.delete_key, name="delete_key"),
    path("keys/<int:pk>/public/", key_pages.public_key, name="public_key"),
    path("ledger/", ledger_pages.ledger, name="ledger"),
    path("ledger/try-again/", ledger_pages.try_again, name="try_all_again"),
    path("ledger/<int:pk>/try-again/", ledger_pages.try_again, name="try_again"),
    path("ledger/<int:pk>/raw/", ledger_pages.raw, name="raw"),
    path("set-aside/", ledger_pages.held, name="held"),
    path("set-aside/try-again/", ledger_pages.try_held_again, name="try_all_held_again"),
    path("set-aside/<int:pk>/try-again/", ledger_pages.try_held_again, name="try_held_again"),
]
