"""Who comes in: a view shows itself to some, and to everyone else signed in looks like nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]
reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


def only(allowed: Callable[[Any], bool]) -> Callable[[View], View]:
    """Strangers are sent to sign in (a fragment is refused instead, for htmx would put the sign-in page into the
    page); whoever is signed in and not `allowed` gets the 404 of a page that does not exist.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=403)
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
            if not allowed(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard
