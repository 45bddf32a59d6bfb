"""Other engines, in an interpreter of their own: none of them belongs to the product.

The environment `.venv/peers` is made on first use from requirements/peers.txt, and again when that
has changed.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".venv" / "peers"
LOCKED = ROOT / "requirements" / "peers.txt"


def run(module: str, asked: object) -> Any:
    """What a module of theirs says to what it is asked; both are JSON."""
    done = subprocess.run(
        [_python(), "-W", "ignore", "-m", module],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{module} was not measured:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def _python() -> Path:
    python, made = HOME / "bin" / "python", HOME / "made-from"
    wanted = hashlib.sha256(LOCKED.read_bytes()).hexdigest()
    if not made.exists() or made.read_text() != wanted:
        print(f"Making {HOME.relative_to(ROOT)} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        install = [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCKED]
        subprocess.run(install, check=True)
        made.write_text(wanted)
    return python
