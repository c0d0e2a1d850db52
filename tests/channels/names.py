"""A name server on the loopback with the records a test gives it."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class Names:
    """`records` map (name, kind) to texts; a name in `silent` is never answered, one in `broken` with SERVFAIL."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.silent: set[str] = set()
        self.broken: set[str] = set()
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._socket.getsockname()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def txt(self, name: str, *texts: str) -> None:
        self.records[name, "TXT"] = [
            '"' + '" "'.join(text[i : i + 200] for i in range(0, len(text), 200)) + '"' for text in texts
        ]

    def __enter__(self) -> Names:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.sendto(b"", self.address)
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, peer = self._socket.recvfrom(4096)
            if not data:
                return
            asked = dns.message.from_wire(data)
            question = asked.question[0]
            name = question.name.to_text(omit_final_dot=True).lower()
            self.asked += 1
            if name in self.silent:
                continue
            answer = dns.message.make_response(asked)
            answer.flags |= dns.flags.RA
            kind = dns.rdatatype.to_text(question.rdtype)
            if name in self.broken:
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif found := self.records.get((name, kind)):
                answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, found))
            elif not any(known == name for known, _kind in self.records):
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self._socket.sendto(answer.to_wire(), peer)
