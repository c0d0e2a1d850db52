"""Pages go compressed over the wire; what was built is compressed by the build (frontend/build.mjs)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

KINDS = ("text/html", "application/json", "text/csv")


class CompressMiddleware(GZipMiddleware):
    """Django's, which also hides the length from who would guess at it (BREACH), for pages and data made here.

    Files of customers stay as they are: their length, their ranges, and what is compressed already.
    """

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in KINDS:
            return response  # type: ignore[no-any-return]
        return super().process_response(request, response)
