"""Three addresses that belong to nobody: whoever asks gets the same, and a browser may keep it."""

from __future__ import annotations

import json
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.people.house import house

FILES = ("desk.css", "desk.js", "icons.svg", "mark.svg", "fonts/inter-latin.woff2")
GROUND, ACCENT = "#fdfdfc", "#045a62"  # --color-base-100, --color-primary


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    pictures = [
        {"src": static("guichet/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": static("guichet/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {"src": static("guichet/maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    shortcuts = [
        {"name": _("Notices"), "url": reverse("notices:notices")},
        {"name": _("New ticket"), "url": reverse("desk:new")},
    ]
    facts = {
        "id": "/",
        "name": str(house()),
        "short_name": str(house())[:20],
        "start_url": reverse("desk:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": ACCENT,
        "icons": pictures,
        "shortcuts": shortcuts,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """At the root, since a worker rules what lies below its own address; asked for anew by the browser each time."""
    facts = {
        "build": settings.STATIC_URL.strip("/").rpartition("/")[2],
        "base": settings.STATIC_URL,
        "offline": reverse("desk:offline"),
        "files": [static(f"guichet/{name}") for name in FILES],
    }
    script = f"self.GUICHET={json.dumps(facts)};\n{_script()}"
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=1)
def _script() -> str:
    return (settings.BASE / "static" / "guichet" / "sw.js").read_text()


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/offline.html")
