"""The bounds of one mail. Over a bound the mail is cut with a problem noted, or refused as unreadable."""

from __future__ import annotations

MESSAGE_BYTES = 25 * 1024 * 1024
PARTS = 1000
DEPTH = 50
HEADERS = 2000
HEADER_BLOCK_BYTES = 256 * 1024
HEADER_BYTES = 64 * 1024
ADDRESSES = 500
# RFC 5321 allows 254; what is longer is no address and shall not fill an index.
ADDRESS_CHARS = 320
SUBJECT_CHARS = 2000
ID_CHARS = 1000
HTML_BYTES = 5 * 1024 * 1024
TEXT_CHARS = 2 * 1024 * 1024
NAME_BYTES = 255
REFERENCES = 200


class Unreadable(Exception):
    """This mail cannot be understood; `reason` says why in one plain English sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
