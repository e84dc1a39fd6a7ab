"""The process that holds one opened key: it signs octets for a while and ends with its job.

It gets the locked key and the secret once, on standard input, forgets the secret as soon as the
key is open, gives up the right to open files, sockets and programs, and then only answers. Its
memory cannot be read by other processes of the same account, is never written into a core file,
and is wiped by the kernel when it ends: by its own alarm, by the end of its job, or together with
the thread that asked for it. Source: Linux prctl(2), alarm(2).
"""

import ctypes
import json
import resource
import signal
import struct
import sys
from typing import BinaryIO
from uuid import UUID

from cryptography import x509

from services.documents.signing.key_lock import CannotOpen, open_any_key
from services.documents.signing.mechanisms import KeyOnHand, key_on_hand
from services.documents.verification.confinement import Limits, confine

PR_SET_DUMPABLE = 4
LENGTH = struct.Struct(">I")
LONGEST = 1 << 20
"""Octets of one message; the attributes of a signature are some hundred long."""
OPEN, WRONG = b"open", b"wrong"
HASHED = b":"
"""Stands between the name of the hash function and the octets to sign."""
PROCESSOR_SECONDS = 3600
"""A signature takes well under a millisecond of it (P-256), some milliseconds with RSA-4096."""
WARM_UP = b"The first signature loads what a confined process could not load any more."


class Broken(Exception):
    """The other side ended, or says what makes no sense."""


def read_message(pipe: BinaryIO) -> bytes:
    """Return the next message.

    Raises:
        Broken: there is none, or one too long.
    """
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise Broken
    (length,) = LENGTH.unpack(head)
    if length > LONGEST:
        raise Broken
    message = pipe.read(length)
    if len(message) < length:
        raise Broken
    return message


def write_message(pipe: BinaryIO, message: bytes) -> None:
    """Write a message."""
    pipe.write(LENGTH.pack(len(message)) + message)
    pipe.flush()


def main() -> None:
    """Hold the key that standard input brings, and sign until the time or the job is over."""
    _hide()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    order = json.loads(read_message(asked))
    signal.alarm(order["seconds"])
    most = order["most"]
    key = _opened(order)
    order.clear()
    if key is None:
        write_message(answers, WRONG)
        return
    key.sign(WARM_UP)
    confine(Limits(processor_seconds=PROCESSOR_SECONDS))
    write_message(answers, OPEN)
    for _ in range(most):
        try:
            octets = read_message(asked)
        except Broken:
            return
        function, _, signed = octets.partition(HASHED)
        write_message(answers, key.hashing(function.decode()).sign(signed))


def _opened(order: dict[str, str]) -> KeyOnHand | None:
    """Return the key, or ``None`` when the secret does not open exactly the certificate's."""
    locked, certificate = bytes.fromhex(order["locked"]), bytes.fromhex(order["certificate"])
    try:
        private = open_any_key(locked, order["secret"], UUID(order["person_id"]))
    except CannotOpen:
        return None
    if private.public_key() != x509.load_der_x509_certificate(certificate).public_key():
        return None
    return key_on_hand(private)


def _hide() -> None:
    """Let nobody of the same account look into this process, and write no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError("The process cannot be hidden.")
