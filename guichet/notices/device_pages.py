"""The browsers that take push messages: one's own, added from the browser itself."""

from __future__ import annotations

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guichet.kit import push
from guichet.kit.lines import one_line
from guichet.kit.web import toast
from guichet.notices import pushing
from guichet.notices.models import Device
from guichet.people.doors import for_agents
from guichet.people.models import Person

MOST = 10  # devices of one person; the oldest goes
SCHEMES = ("https://",)
KNOWN = (("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac", "macOS"))


class DeviceForm(forms.Form):
    endpoint = forms.CharField(max_length=1000)
    key = forms.CharField(max_length=100)
    secret = forms.CharField(max_length=40)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        if not endpoint.startswith(SCHEMES) or any(letter.isspace() for letter in endpoint):
            raise ValidationError(_("This browser names no push service that can be reached."))
        return endpoint

    def clean(self) -> None:
        try:
            push.browser_keys(self.cleaned_data.get("key", ""), self.cleaned_data.get("secret", ""))
        except push.BadKeys as bad:
            raise ValidationError(_("This browser's keys cannot be read.")) from bad


@for_agents
@require_POST
def add_device(request: HttpRequest) -> HttpResponseBase:
    """This browser, from now on for this person; a greeting goes there at once."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        response = HttpResponse(status=422)
        toast(response, " ".join(str(error) for errors in form.errors.values() for error in errors), is_error=True)
        return response
    me, data = cast(Person, request.user), form.cleaned_data
    facts = {"person": me, "key": data["key"], "secret": data["secret"], "name": name_of(request), "failures": 0}
    device, is_new = Device.objects.update_or_create(endpoint=data["endpoint"], defaults=facts)
    over = Device.objects.visible_to(me).order_by("-pk").values_list("pk", flat=True)[MOST:]
    Device.objects.visible_to(me).filter(pk__in=list(over)).delete()
    was_greeted = not is_new or pushing.greet(device)
    response = _list(request)
    if is_new:
        said = _("News come to this device") if was_greeted else _("Added, but its push service did not answer yet")
        toast(response, said, is_error=not was_greeted)
    return response


@for_agents
@require_POST
def remove_device(request: HttpRequest, pk: int) -> HttpResponseBase:
    get_object_or_404(Device.objects.visible_to(request.user), pk=pk).delete()
    if not request.headers.get("HX-Request"):
        return redirect("notices:choices")
    response = _list(request)
    toast(response, _("No more news come to that device"))
    return response


def _list(request: HttpRequest) -> HttpResponse:
    devices = Device.objects.visible_to(request.user).order_by("-pk")
    return render(request, "notices/_devices.html", {"devices": devices, "push_key": push.public_key()})


def name_of(request: HttpRequest) -> str:
    """What the browser calls itself: "Firefox, Windows"."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in KNOWN if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "Linux" if "Linux" in agent else "")
    return one_line(", ".join(filter(None, (browser, system))) or _("A browser"), 120)
