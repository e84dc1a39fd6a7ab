"""Jobs and answers between processes: plain JSON, so an answer cannot carry code."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, TypeVar

from cattrs.preconf.json import make_converter

from services.documents.verification.confinement import Limits
from services.documents.verification.report import Report

T = TypeVar("T")
_CONVERTER = make_converter()
_LENGTH = struct.Struct(">Q")
MOST_ANSWER = 40_000_000


class Broken(Exception):
    """The other side ended, or says what makes no sense."""


@dataclass(frozen=True)
class Job:
    """What a confined process shall do, with what, and what it may cost."""

    errand: str
    """Which of ``errands.ERRANDS``."""
    given: Mapping[str, Any]
    """Plain values of JSON."""
    contents: Sequence[bytes]
    """Foreign bytes; they travel as they are."""
    limits: Limits = field(default_factory=Limits)


def pack_job(job: Job) -> bytes:
    """Return a job as bytes: the JSON, a line break, the contents."""
    head = {
        "errand": job.errand,
        "given": job.given,
        "lengths": [len(content) for content in job.contents],
        "limits": asdict(job.limits),
    }
    return b"".join([json.dumps(head).encode(), b"\n", *job.contents])


def unpack_job(packed: bytes) -> Job:
    """Return the job."""
    end = packed.index(b"\n")
    head = json.loads(packed[:end])
    contents, at = [], end + 1
    for length in head["lengths"]:
        contents.append(packed[at : at + length])
        at += length
    return Job(head["errand"], head["given"], contents, Limits(**head["limits"]))


def plain(value: object) -> Any:
    """Return a value as values of JSON."""
    return _CONVERTER.unstructure(value)


def structured(values: Any, kind: type[T]) -> T:
    """Return what ``plain`` made, as it was."""
    return _CONVERTER.structure(values, kind)


def pack_report(report: Report) -> bytes:
    """Return a report as bytes."""
    return json.dumps(plain(report)).encode()


def unpack_report(packed: bytes) -> Report:
    """Return the report.

    Raises:
        Broken: it is none.
    """
    try:
        return _CONVERTER.structure(json.loads(packed), Report)
    except Exception as error:  # the side that answers may be in hostile hands
        raise Broken(type(error).__name__) from error


def plain_report(report: Report) -> dict[str, Any]:
    """Return a report as values of JSON."""
    values: dict[str, Any] = plain(report)
    return values


def write_frame(pipe: BinaryIO, content: bytes) -> None:
    """Write a message with its length."""
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> bytes:
    """Read a message.

    Raises:
        Broken: the other side ended.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise Broken("ended")
    length = int(_LENGTH.unpack(head)[0])
    content = pipe.read(length)
    if len(content) < length:
        raise Broken("ended")
    return content
