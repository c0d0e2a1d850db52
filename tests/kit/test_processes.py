"""What a process gives back before it forks, on the kernel's own word."""

from __future__ import annotations

import subprocess
import sys

from guichet.kit.processes import unchanged

SMAPS = """\
7f10-7f20 r-xp 00001000 fe:00 17                         /usr/lib/one.so.1
Rss:                  12 kB
Shared_Dirty:          0 kB
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
VmFlags: rd ex mr mw me
7f20-7f30 r--p 00011000 fe:00 17                         /usr/lib/one.so.1
Private_Dirty:         4 kB
Anonymous:             4 kB
Swap:                  0 kB
7f30-7f40 r--p 00021000 fe:00 17                         /usr/lib/one.so.1
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  8 kB
7f40-7f50 rw-p 00031000 fe:00 17                         /usr/lib/one.so.1
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
7f50-7f60 r--p 00000000 00:00 0
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
7f60-7f70 r--p 00041000 fe:00 17                         /usr/lib/one.so.1
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
7f70-7f80 r--p 00051000 fe:00 17                         /usr/lib/one.so.1
Private_Dirty:         0 kB
"""
LIVES_ON = """
import cryptography.hazmat.primitives.asymmetric.ed25519 as keys, nh3, psycopg
from pathlib import Path
from guichet.kit.processes import give_back

def of_files():
    facts = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    return int(facts["Pss_File"].split()[0])

before = of_files()
give_back()
after = of_files()
key = keys.Ed25519PrivateKey.generate()
key.public_key().verify(key.sign(b"words"), b"words")
print(before > 2 * after, nh3.clean("<b onclick=x>bold</b>"), psycopg.pq.version() > 0)
"""


def test_only_what_was_never_written_and_never_can_be() -> None:
    assert list(unchanged(SMAPS)) == [(0x7F10, 0x7F20), (0x7F60, 0x7F70)]


def test_what_was_given_back_comes_again_when_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", LIVES_ON], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True <b>bold</b> True\n", "")
