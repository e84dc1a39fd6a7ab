"""Questions and reports between processes: plain JSON, so an answer cannot carry code."""

import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from cattrs.preconf.json import make_converter

from services.documents.verification.confinement import Limits
from services.documents.verification.report import Report
from services.documents.verification.verifier import Question

_CONVERTER = make_converter()
_LENGTH = struct.Struct(">Q")
MOST_ANSWER = 40_000_000


class Broken(Exception):
    """The other side ended, or says what makes no sense."""


@dataclass(frozen=True)
class Job:
    """A question and what it may cost."""

    question: Question
    limits: Limits


def pack_job(job: Job) -> bytes:
    """Return a job as bytes: the JSON, a line break, the file."""
    plain = _CONVERTER.unstructure(job)
    data = job.question.data
    plain["question"]["data"] = ""
    return json.dumps(plain).encode() + b"\n" + data


def unpack_job(packed: bytes) -> Job:
    """Return the job."""
    head, _, data = packed.partition(b"\n")
    plain = json.loads(head)
    job = _CONVERTER.structure(plain, Job)
    object.__setattr__(job.question, "data", data)
    return job


def pack_report(report: Report) -> bytes:
    """Return a report as bytes."""
    return json.dumps(_CONVERTER.unstructure(report)).encode()


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
    plain: dict[str, Any] = _CONVERTER.unstructure(report)
    return plain


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
