"""Where sending services call, below /hooks/."""

from django.urls import path

from guichet.channels import esp_hooks

app_name = "hooks"
urlpatterns = [
    path("mail/<int:pk>/events/", esp_hooks.events, name="events"),
    # Mailgun gives the original mail to addresses that end in "mime".
    path("mail/<int:pk>/inbound/mime", esp_hooks.inbound, name="inbound"),
]
