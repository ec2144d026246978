"""A process that reads what others made is kept from the network: it may open no socket.

By a filter of system calls, which Linux lets any process put on itself and on what it starts, also
in a container and under systemd, where a network namespace of its own is mostly refused. A
namespace would besides leave sockets that are files, such as those of databases.

https://docs.kernel.org/userspace-api/seccomp_filter.html, linux/seccomp.h, linux/filter.h
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from typing import NamedTuple

PR_GET_SECCOMP, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 21, 22, 38
MODE_FILTER = 2
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EACCES
# Instructions of the filter: load a word of the call, compare it, answer.
LOAD, IF_EQUAL, IF_AT_LEAST, ANSWER = 0x20, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE = 0, 4  # bytes from the start of the call's description
IO_URING_SETUP = 425  # everywhere; by it a socket could be opened without its own call


class _Machine(NamedTuple):
    """How a kind of machine numbers its calls: `socket`, and from where on there are no others."""

    audit: int
    socket: int
    beyond: int


MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, 0x40000000),  # beyond: the calls of x32
    "aarch64": _Machine(0xC00000B7, 198, 0x40000000),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_so", ctypes.c_ubyte),
        ("if_not", ctypes.c_ubyte),
        ("operand", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


def can_be_kept_out() -> bool:
    """Whether this system lets a process be kept from the network."""
    try:
        _control(PR_GET_SECCOMP)
    except OSError:
        return False
    return platform.machine() in MACHINES


def keep_out() -> None:
    """Let this process, and what it starts, open no socket from here on: `PermissionError`.

    Raises `OSError` where the system refuses; call it only where `can_be_kept_out`.
    """
    machine = MACHINES[platform.machine()]
    instructions = [
        _Instruction(LOAD, 0, 0, ARCHITECTURE),
        _Instruction(IF_EQUAL, 0, 5, machine.audit),  # calls of another kind of machine: refused
        _Instruction(LOAD, 0, 0, NUMBER),
        _Instruction(IF_AT_LEAST, 3, 0, machine.beyond),
        _Instruction(IF_EQUAL, 2, 0, machine.socket),
        _Instruction(IF_EQUAL, 1, 0, IO_URING_SETUP),
        _Instruction(ANSWER, 0, 0, ALLOW),
        _Instruction(ANSWER, 0, 0, REFUSE),
    ]
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    _control(PR_SET_NO_NEW_PRIVS, 1)  # what anybody who is not root has to give up for it
    _control(PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(program))


def _control(option: int, *arguments: int) -> None:
    """The system call `prctl`. Raises `OSError`."""
    library = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    if library.prctl(option, *words) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
