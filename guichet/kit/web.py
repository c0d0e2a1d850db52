"""Answers to the browser that every room gives alike: toasts, and signed cursors of keyset pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def toast(
    response: HttpResponseBase,
    text: str,
    *,
    undo: tuple[str, Mapping[str, str | Sequence[str]]] | None = None,
    seconds: int = 0,
    is_error: bool = False,
) -> None:
    """Let desk.js say `text`, with a button that POSTs `undo` (address, form values) to take the act back.

    `seconds`: the time for that is limited, and the toast counts it down.
    """
    said: dict[str, Any] = {"text": text}
    if is_error:
        said["level"] = "error"
    if undo:
        said["undo"] = {"url": undo[0], "values": undo[1]}
    if undo and seconds:
        said["seconds"] = seconds
    # Header values are Latin-1; JSON's escapes keep every script of the world within it.
    response["HX-Trigger"] = json.dumps({"toast": said}, ensure_ascii=True)


def say(request: HttpRequest, text: str, *, undo: tuple[str, Mapping[str, str | Sequence[str]]] | None = None) -> None:
    """A toast of the page that comes next, with the same way back as `toast`."""
    messages.success(request, text, extra_tags=json.dumps({"url": undo[0], "values": undo[1]}) if undo else "")


def back_to(request: HttpRequest, otherwise: str = "desk:home") -> HttpResponse:
    """To the page of this desk that a form names as `back`: a path, and never a word that might name anything else."""
    back = request.POST.get("back", "")[:4000]
    is_path = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back) if is_path else redirect(otherwise)


def write_cursor(of: str, values: Sequence[Any]) -> str:
    """Where a page ended, signed: nobody walks a list by made-up values. `of` names the one list it is good for."""
    return signing.dumps(list(values), salt=f"cursor.{of}", compress=False)


def read_cursor(of: str, text: str) -> list[Any] | None:
    """The values of `write_cursor`; None for an empty, forged or cut one, and for that of another list."""
    if not text:
        return None
    try:
        values = signing.loads(text, salt=f"cursor.{of}")
    except signing.BadSignature:
        return None
    return values if isinstance(values, list) else None
