"""A real Dovecot of its own: own folder, own ports, own processes; version 2.3 (Debian 12) and 2.4 (Debian 13)."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from imap_tools import MailBoxUnencrypted

from tests.channels.intake_process import free_port

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""
PASSWORD = "one-secret-for-all"
COMMON = """
base_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
auth_mechanisms = plain login {mechanisms}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
V23 = """
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
"""
# Access tokens are asked about at an OAuth server (RFC 7662).
OAUTH_V23 = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
"""
OAUTH_FILE = """
introspection_mode = auth
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""
OAUTH_V24 = """
oauth2 {{
  introspection_mode = auth
  introspection_url = {url}
  username_attribute = username
  active_attribute = active
  active_value = true
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2
}}
"""
V24 = """
ssl = yes
ssl_server_cert_file = {home}/cert.pem
ssl_server_key_file = {home}/key.pem
mail_driver = maildir
mail_path = {home}/mail/%{{user}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {home}/mail/%{{user}}
  }}
}}
"""


def needed() -> None:
    """Skip where there is no Dovecot; fail where there has to be one."""
    if not PROGRAM and os.environ.get("CI") == "true":
        pytest.fail("dovecot is not installed: apt install dovecot-imapd")
    if not PROGRAM:
        pytest.skip("dovecot is not installed: apt install dovecot-imapd")


class Dovecot:
    """Any user name and the one password log in; mail lies in Maildirs below `home`/mail.

    With the address of an OAuth server's introspection also its access tokens do, by XOAUTH2.
    """

    def __init__(self, home: Path, introspection: str = "") -> None:
        self.home = home
        self.port, self.tls_port = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        home.chmod(0o755)
        (home / "mail").mkdir()
        user = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(home / "mail", user.pw_uid, user.pw_gid)
        _certificate(home)
        version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        is_new = not version.startswith("2.3")
        head = "dovecot_config_version = {0}\ndovecot_storage_version = {0}\n".format(version.split()[0])
        self.config = home / "dovecot.conf"
        tokens = "" if not introspection else OAUTH_V24 if is_new else OAUTH_V23
        (home / "oauth2.conf").write_text(OAUTH_FILE.format(url=introspection))
        self.config.write_text(
            (head if is_new else "")
            + (COMMON + tokens + (V24 if is_new else V23)).format(
                url=introspection, mechanisms="xoauth2" if introspection else "",
                home=home, port=self.port, tls_port=self.tls_port, user=user.pw_name, uid=user.pw_uid, gid=user.pw_gid,
                group=grp.getgrgid(user.pw_gid).gr_name, password=PASSWORD,
            )
        )  # fmt: skip

    def start(self) -> None:
        self.process = subprocess.Popen([PROGRAM, "-F", "-c", str(self.config)], start_new_session=True)
        deadline = time.monotonic() + 15
        while True:
            try:
                self.box("probe").logout()
                return
            except OSError as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    log = self.home / "dovecot.log"
                    raise AssertionError(log.read_text() if log.exists() else "dovecot does not start") from error
                time.sleep(0.1)

    def stop(self, demand: signal.Signals = signal.SIGTERM) -> None:
        """Its sessions end with it, also when it is killed."""
        assert self.process is not None
        children = _descendants(self.process.pid)
        self.process.send_signal(demand)
        self.process.wait(10)
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def box(self, user: str, folder: str = "INBOX") -> MailBoxUnencrypted:
        """Another client of the same mailbox."""
        return MailBoxUnencrypted("127.0.0.1", self.port, timeout=10).login(user, PASSWORD, folder)

    def put(self, user: str, mails: Sequence[bytes], folder: str = "INBOX", at: datetime | None = None) -> None:
        with self.box(user) as box:
            if not box.folder.exists(folder):
                box.folder.create(folder)
            for mail in mails:
                box.append(mail, folder, dt=at)

    def fill(self, user: str, mails: Sequence[bytes], at: datetime | None = None) -> None:
        """Thousands of mails into the INBOX at once, as files, before anybody logs in."""
        folder = self.home / "mail" / user
        owner = (self.home / "mail").stat()
        for path in (folder, folder / "cur", folder / "new", folder / "tmp"):
            path.mkdir(exist_ok=True)
            os.chown(path, owner.st_uid, owner.st_gid)
        since = int(time.time()) - len(mails) - 3600
        for number, mail in enumerate(mails):
            path = folder / "cur" / f"{since + number}.M{number}P1.tests:2,"
            path.write_bytes(mail)
            os.chown(path, owner.st_uid, owner.st_gid)
            if at:
                os.utime(path, (at.timestamp(), at.timestamp()))

    def renumber(self, user: str) -> None:
        """Every mail of the INBOX gets a new UID under a new UIDVALIDITY, as after a server was set up anew."""
        time.sleep(1.1)  # Dovecot's UIDVALIDITY counts seconds
        for path in (self.home / "mail" / user).glob("dovecot*"):
            path.unlink()

    def account(self, user: str, *folders: str, **changes: object) -> dict[str, object]:
        return {
            "host": "127.0.0.1", "port": self.port, "tls": "none", "user": user, "password": PASSWORD,
            "folders": list(folders or ("INBOX",)), "delete_after": False, **changes,
        }  # fmt: skip


def _descendants(pid: int) -> list[int]:
    """Those that end while they are looked at are none any more."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for child in map(int, task.read_text().split()):
                found += [child, *_descendants(child)]
    return found


def _certificate(home: Path) -> None:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (home / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
