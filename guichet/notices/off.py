"""What the link in each notice mail leads to: no more of them, without signing in (RFC 8058). The bell goes on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from guichet.kit import crypto
from guichet.kit.doors import reads_and_writes
from guichet.notices.deliver import OFF
from guichet.notices.models import Wishes
from guichet.people.house import house
from guichet.people.models import Person


@csrf_exempt  # mail programs post here, and the token is all they have: it opens nothing else
@reads_and_writes
def off(request: HttpRequest, token: str) -> HttpResponse:
    """A program's POST switches them off; a person is asked first, and may take it back at the same place."""
    person = _person(token)
    takes_mail = Wishes.objects.filter(person=person, takes_mail=False).first() is None
    if request.method == "POST":
        takes_mail = request.POST.get("again") == "1"
        Wishes.objects.update_or_create(person=person, defaults={"takes_mail": takes_mail})
    with translation.override(person.language or house().language):
        context = {"takes_mail": takes_mail, "is_done": request.method == "POST", "address": person.email}
        return render(request, "notices/off.html", context)


def _person(token: str) -> Person:
    ids = crypto.read_token(OFF, token, 1)
    person = Person.objects.agents().filter(pk=ids[0]).first() if ids else None
    if person is None:
        raise Http404
    return person
