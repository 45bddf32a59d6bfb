"""Run one program that ends when its parent ends, even when the parent was killed with -9.

A script of its own: `leash.py PARENT_PID SIGNAL MODE PROGRAM [ARGUMENT…]`. MODE is `self` (stay who
we are), `nobody` (give up root) or `mapped` (stay root outside, be nobody inside: for programs that
refuse root but live where only root may enter).
"""

import ctypes
import os
import sys
from pathlib import Path

NOBODY = 65534
PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)


def main(parent: str, signal: str, mode: str, *command: str) -> None:
    become(mode)
    # After the change of user, which clears it; a program started by exec keeps it.
    libc.prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(0)
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


def become(mode: str) -> None:
    if mode == "nobody":
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    elif mode == "mapped":
        uid, gid = os.getuid(), os.getgid()
        if libc.unshare(CLONE_NEWUSER) != 0:
            sys.exit(f"user namespaces are not allowed here: {os.strerror(ctypes.get_errno())}")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")


if __name__ == "__main__":
    main(*sys.argv[1:])
