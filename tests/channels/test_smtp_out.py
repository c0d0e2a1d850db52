"""Our SMTP client against real servers: encrypted or not, with login, broken in every way an account can be wrong."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guichet.channels.base import Later, Refused, Unanswered
from guichet.channels.email.sending import pool, smtp
from guichet.kit.account_urls import SmtpAccount
from tests.channels.sink import CUT, PASSWORD, USER, Authority, sink

RAW = b"Subject: x\r\n\r\n.dot\r\n..two\r\n.\r\nend\r\n"
TO = ["cleo@customer.example"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@pytest.fixture(autouse=True)
def _no_open_sessions() -> Iterator[None]:
    """The pool is the process's: each test begins and ends without a session."""
    smtp.Connection.pool.close()
    yield
    smtp.Connection.pool.close()


class Began:
    count = 0

    def __call__(self) -> None:
        self.count += 1


def deliver(account: SmtpAccount, to: list[str] = TO, raw: bytes = RAW, began: Began | None = None) -> object:
    return smtp.Connection(account, "desk.example").deliver("support@desk.example", to, raw, began or Began())


def wrong(account: SmtpAccount) -> str:
    """The one thing that a connection test complains of."""
    (finding,) = [one for one in smtp.test_account(account) if not one.is_ok]
    return finding.text


@contextmanager
def server(words: bytes, *, hang_up: bool = False) -> Iterator[int]:
    """Something that answers every connection with these bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def run() -> None:
        while not stopped.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.sendall(words)
                if not hang_up:
                    peer.settimeout(5)
                    try:
                        peer.recv(4096)
                        peer.sendall(words)
                        peer.recv(4096)
                    except OSError:
                        continue

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def at(port: int, tls: str = "none", host: str = "127.0.0.1") -> SmtpAccount:
    return SmtpAccount(host=host, port=port, tls=tls, user="", password="")


class TestDelivery:
    def test_the_bytes_arrive_as_they_are_dots_and_all(self) -> None:
        with sink() as out:
            began = Began()
            deliver(out.account(), began=began)
            assert [(one.sender, one.to, one.raw) for one in out.taken] == [("support@desk.example", TO, RAW)]
            assert began.count == 1

    @pytest.mark.parametrize("is_tls", [False, True])
    def test_encrypted_and_logged_in(self, trusted: Authority, is_tls: bool) -> None:
        with sink(certificate=trusted.issue(), is_tls=is_tls, login=True) as out:
            account = out.account(tls="tls" if is_tls else "starttls", user=USER, password=PASSWORD)
            assert all(finding.is_ok for finding in smtp.test_account(account))
            deliver(account)
            assert out.taken[0].user == USER

    def test_a_session_serves_many_mails_of_many_batches(self) -> None:
        with sink() as out:
            for _ in range(3):
                deliver(out.account())
            assert out.sessions == 1
            assert len(out.taken) == 3

    def test_another_login_or_name_is_another_session(self) -> None:
        with sink() as out:
            deliver(out.account())
            smtp.Connection(out.account(), "other.example").deliver("a@desk.example", TO, RAW, Began())
            assert out.sessions == 2

    def test_a_server_that_began_anew_costs_no_mail_and_no_doubt(self) -> None:
        with sink() as out:
            deliver(out.account())
        with sink(port=out.port) as again:
            began = Began()
            deliver(again.account(), began=began)
            assert (len(again.taken), began.count) == (1, 1)

    def test_a_server_that_ends_an_old_session_is_asked_once_more_in_a_new_one(self) -> None:
        with sink() as out:
            deliver(out.account())
            out.mail = "421 4.4.2 Idle for too long"
            began = Began()
            with pytest.raises(Later, match="Idle"):  # a new session says the same: the server is down
                deliver(out.account(), began=began)
            assert out.sessions == 2
            assert began.count == 0
            out.mail = ""
            deliver(out.account())
            assert len(out.taken) == 2

    def test_a_rested_session_is_asked_before_it_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pool, "FRESH_SECONDS", 0.0)
        with sink() as out:
            deliver(out.account())
            deliver(out.account())
            assert out.sessions == 1
            out.rset = "451 4.3.0 Not well"
            deliver(out.account())
            assert (out.sessions, len(out.taken)) == (2, 3)

    def test_threads_share_a_few_sessions(self) -> None:
        with sink() as out:
            out.delay = 0.05
            threads = [threading.Thread(target=deliver, args=(out.account(),)) for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(out.taken) == 12
            assert 1 < out.sessions <= pool.MOST

    def test_who_waits_too_long_comes_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pool, "MOST", 1)
        monkeypatch.setattr(pool, "WAIT_SECONDS", 0.1)
        with sink() as out:
            out.delay = 1.0
            first = threading.Thread(target=deliver, args=(out.account(),))
            first.start()
            time.sleep(0.3)
            with pytest.raises(Later, match="in use") as raised:
                deliver(out.account())
            assert not raised.value.is_down
            first.join()

    def test_an_idle_session_is_hung_up_after_a_while(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pool, "IDLE_SECONDS", 0.2)
        with sink() as out:
            deliver(out.account())
            time.sleep(0.7)
            assert not any(smtp.Connection.pool._idle.values())
            deliver(out.account())
            assert out.sessions == 2

    def test_a_session_carries_so_many_mails_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pool, "MAILS", 2)
        with sink() as out:
            for _ in range(4):
                deliver(out.account())
            assert out.sessions == 2

    def test_a_null_sender(self) -> None:
        with sink() as out:
            smtp.Connection(out.account(), "desk.example").deliver("", TO, RAW, Began())
            assert out.taken[0].sender == ""

    def test_letters_outside_ascii_need_smtputf8(self) -> None:
        with sink() as out:
            deliver(out.account(), ["jörg@customer.example"])
            assert out.taken[0].to == ["jörg@customer.example"]
        with server(b"220 x ESMTP\r\n250 x\r\n") as port, pytest.raises(Refused, match="letters outside"):
            deliver(at(port), ["jörg@customer.example"])

    def test_some_refused_some_later(self) -> None:
        with sink() as out:
            out.rcpt = {"a@x.example": "550 5.1.1 No such user", "b@x.example": "451 4.7.1 Greylisted"}
            receipt = deliver(out.account(), ["a@x.example", "b@x.example", "c@x.example"])
            assert receipt.refused == {"a@x.example": "550 5.1.1 No such user"}  # type: ignore[attr-defined]
            assert receipt.later == {"b@x.example": "451 4.7.1 Greylisted"}  # type: ignore[attr-defined]
            assert out.taken[0].to == ["c@x.example"]

    def test_nobody_taken_then_nothing_begins(self) -> None:
        with sink() as out:
            out.rcpt = {TO[0]: "550 No such user"}
            began = Began()
            deliver(out.account(), began=began)
            assert began.count == 0
            assert out.taken == []

    @pytest.mark.parametrize(
        ("where", "answer", "error", "is_down"),
        [
            ("mail", "451 4.3.0 Not now", Later, False),
            ("mail", "421 4.3.2 Going down", Later, True),
            ("mail", "530 5.7.0 Log in first", Later, True),
            ("mail", "553 5.1.8 Sender not allowed", Refused, None),
            ("data", "452 4.3.1 Disk full", Later, False),
            ("data", "554 5.7.1 Spam", Refused, None),
            ("data", CUT, Unanswered, None),
        ],
    )
    def test_what_the_server_says(self, where: str, answer: str, error: type[Exception], is_down: bool | None) -> None:
        with sink() as out:
            if where == "mail":
                out.mail = answer
            else:
                out.answers = [answer]
            began = Began()
            with pytest.raises(error) as raised:
                deliver(out.account(), began=began)
            assert began.count == (where == "data")
            if isinstance(raised.value, Later):
                assert raised.value.is_down is is_down
                assert str(raised.value) == answer

    def test_a_mail_over_the_server_s_size(self) -> None:
        with server(b"220 x ESMTP\r\n250-x\r\n250 SIZE 1000\r\n") as port, pytest.raises(Refused, match="at most 0 kB"):
            deliver(at(port), raw=b"x" * 2000)

    def test_if_begin_fails_nothing_goes_out_and_the_session_is_clean(self) -> None:
        def fail() -> None:
            raise RuntimeError("no")

        with sink() as out:
            connection = smtp.Connection(out.account(), "desk.example")
            with pytest.raises(RuntimeError):
                connection.deliver("a@desk.example", TO, RAW, fail)
            connection.deliver("a@desk.example", TO, RAW, Began())
            assert len(out.taken) == 1


class TestWhatIsWrong:
    def test_nothing(self) -> None:
        with sink() as out:
            found = smtp.test_account(out.account())
            assert [one.is_ok for one in found] == [True]
            assert out.taken == []

    def test_name(self) -> None:
        assert wrong(at(25, host="no-such-host.invalid")) in (
            "There is no server of the name no-such-host.invalid.",
            "The name no-such-host.invalid cannot be looked up at the moment: the name servers do not answer.",
        )

    def test_port(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        assert wrong(at(port)) == f"127.0.0.1 refuses connections on port {port}. Is it the right port?"

    def test_silence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.5)
        with server(b"") as port:
            assert "gives no greeting" in wrong(at(port))

    def test_not_a_mail_server(self) -> None:
        with server(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
            assert "is not a mail server" in wrong(at(port))

    def test_turned_away(self) -> None:
        with server(b"554 5.7.1 Go away\r\n") as port:
            assert wrong(at(port)) == "127.0.0.1 turns us away: 554 5.7.1 Go away"

    def test_hangs_up(self) -> None:
        with server(b"", hang_up=True) as port:
            assert "gives no greeting" in wrong(at(port))

    def test_tls_at_once_where_the_server_speaks_plainly(self) -> None:
        with sink() as out:
            assert "does not begin with TLS" in wrong(out.account(tls="tls"))

    def test_no_starttls(self) -> None:
        with sink() as out:
            assert "does not offer STARTTLS" in wrong(out.account(tls="starttls"))

    def test_unknown_authority(self, authority: Authority) -> None:
        for tls, is_tls in (("starttls", False), ("tls", True)):
            with sink(certificate=authority.issue(), is_tls=is_tls) as out:
                assert "self-signed, or this machine does not know" in wrong(out.account(tls=tls))

    def test_other_name(self, trusted: Authority) -> None:
        with sink(certificate=trusted.issue("mail.other.example")) as out:
            assert wrong(out.account(tls="starttls")) == "The certificate was issued for another name than 127.0.0.1."

    def test_expired(self, trusted: Authority) -> None:
        with sink(certificate=trusted.issue(expired=True), is_tls=True) as out:
            assert wrong(out.account(tls="tls")) == "The certificate of 127.0.0.1 has expired."

    def test_wrong_password_in_the_server_s_words_and_never_in_ours(self, trusted: Authority) -> None:
        with sink(certificate=trusted.issue(), login=True) as out:
            said = wrong(out.account(tls="starttls", user=USER, password="hunter2"))
            assert said == "127.0.0.1 refuses the login of desk: 535 5.7.8 Authentication credentials invalid"

    def test_no_login_offered(self) -> None:
        with sink() as out:
            assert "offers no login" in wrong(out.account(user=USER, password=PASSWORD))

    def test_trouble_of_an_account_is_later_and_down(self, tmp_path: Path) -> None:
        with pytest.raises(Later) as raised:
            deliver(at(1))
        assert raised.value.is_down
