"""EU DSS: the signature validator of the European Commission, built from Maven Central.

Nothing but a JDK and Maven is needed; the libraries lie in Maven's own cache after the first time.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.validators.exhibits import Exhibit, Trust
from tests.validators.process import answers
from tests.validators.verdicts import JudgeMissing, Verdict

PROJECT = Path(__file__).parent / "dss"
TARGET = PROJECT / "target"
SOURCES = ("pom.xml", "src/main/java/vyzva/Judge.java", "src/main/java/vyzva/Sign.java")
BUILD = ("compile", "dependency:build-classpath", "-Dmdep.outputFile=target/classpath.txt")
LONGEST_BUILD = 600


def judge(exhibits: Sequence[Exhibit], trust: Trust) -> list[Verdict]:
    """Return a verdict on each signed file: every signature must be TOTAL-PASSED.

    Raises:
        JudgeMissing: no JDK, no Maven, or the libraries cannot be had.
        JudgeBroken: the validator failed.
    """
    build()
    signed = [exhibit for exhibit in exhibits if exhibit.signatures]
    told = answers(_command(trust), [str(exhibit.file) for exhibit in signed])
    return [_verdict(exhibit, one) for exhibit, one in zip(signed, told, strict=True)]


def build() -> None:
    """Compile the judge unless it is compiled.

    Raises:
        JudgeMissing: no JDK, no Maven, or the libraries cannot be had.
    """
    if shutil.which("mvn") is None or shutil.which("javac") is None:
        raise JudgeMissing("mvn or javac is not installed (Debian: maven, default-jdk-headless).")
    told = b"".join((PROJECT / name).read_bytes() for name in SOURCES)
    built = TARGET / f"built-{hashlib.sha256(told).hexdigest()[:16]}"
    TARGET.mkdir(exist_ok=True)
    with (TARGET / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _run_maven()
            built.touch()


def _run_maven() -> None:
    command = ["mvn", "-q", "-B", *BUILD]
    try:
        done = subprocess.run(
            command, cwd=PROJECT, capture_output=True, text=True, timeout=LONGEST_BUILD, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise JudgeMissing("Maven got no libraries in time.") from error
    if done.returncode:
        raise JudgeMissing(f"Maven could not build the judge: {done.stdout[-2000:]}")


def java(program: str) -> list[str]:
    """Return the command that starts a built program, such as ``vyzva.Judge``."""
    path = f"{TARGET / 'classes'}{os.pathsep}{(TARGET / 'classpath.txt').read_text().strip()}"
    return ["java", "-Xmx512m", "-Djava.awt.headless=true", "-cp", path, program]


def _command(trust: Trust) -> list[str]:
    command = java("vyzva.Judge")
    for anchor in trust.anchors:
        command += ["--anchor", str(anchor)]
    for revocation in trust.revocations:
        command += ["--crl", str(revocation)]
    if trust.at is not None:
        command += ["--at", trust.at.strftime("%Y-%m-%dT%H:%M:%SZ")]
    return command


def _verdict(exhibit: Exhibit, told: dict[str, Any]) -> Verdict:
    findings = [told["error"]] if told["error"] else []
    if len(told["signatures"]) != exhibit.signatures:
        findings.append(f"{len(told['signatures'])} signatures, {exhibit.signatures} expected")
    if len(told["records"]) != exhibit.records:
        findings.append(f"{len(told['records'])} evidence records, {exhibit.records} expected")
    for one in told["signatures"]:
        if one["indication"] != "TOTAL_PASSED":
            findings.append(f"{one['by']}: {one['indication']} {one['sub_indication']}")
        findings += [f"{one['by']}: {text}" for text in one["findings"]]
    for one in told["records"]:
        if one["indication"] != "PASSED":
            findings.append(f"evidence record: {one['indication']} {one['sub_indication']}")
        findings += [f"evidence record: {text}" for text in one["findings"]]
    return Verdict("EU DSS", exhibit.file, not findings, tuple(findings))
