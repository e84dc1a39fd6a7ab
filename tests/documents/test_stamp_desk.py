"""Time stamp authorities: what is refused, who is asked next, quotas, breakers (T1)."""

import hashlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from asn1crypto import tsp, x509
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client
from werkzeug.wrappers import Response

from services.documents.certification import load_certificates
from services.documents.domain.breakers import (
    CLOSED,
    HALF_OPEN,
    OPEN,
    Breaker,
    BreakerRules,
    Quota,
)
from services.documents.domain.stamp_faults import Fault, OutsideFault, StampFault
from services.documents.signing.der import integer, sequence
from services.documents.signing.http_authority import HttpAuthority
from services.documents.signing.outside import Limits, NotOnTheList, Outside, OutsideFailed
from services.documents.signing.paths import Trust
from services.documents.signing.port import AuthorityFailed, SigningUnavailable
from services.documents.signing.stamp_desk import StampDesk, StampSource
from services.documents.signing.tokens import ask_for
from tests.documents.bad_authorities import NOW, REPLY, Certomancer, Scripted, dripping, serving

GOOD = "/test/tsa/stamper"
POLICY = "1.3.6.1.4.1.99999.1"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def certomancer(tmp_path_factory: pytest.TempPathFactory) -> Certomancer:
    return Certomancer(tmp_path_factory.mktemp("certomancer"), NOW)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Certomancer:
    return Certomancer(tmp_path_factory.mktemp("stranger"), NOW)


class Authorities:
    """A good authority and one that a test scripts, both on loopback."""

    def __init__(self, good: Certomancer, stranger: Certomancer, url: str, bad: Scripted) -> None:
        self.good, self.stranger, self.url, self.bad = good, stranger, url, bad
        self.trust = Trust([good.certificate("root")], [good.certificate("issuer")])

    def source(self, path: str, whole: float = 60, **more: object) -> StampSource:
        host = self.url.removeprefix("http://")
        outside = Outside([host], Limits(connect=60, whole=whole, size=20_000))
        authority = HttpAuthority(path.strip("/"), self.url + path, outside)
        return StampSource(authority, self.trust, **more)  # type: ignore[arg-type]

    def forwarded(self, request: bytes, name: str = "stamper") -> bytes:
        return self._ask(self.good, request, name)

    def foreign(self, request: bytes) -> bytes:
        return self._ask(self.stranger, request, "stamper")

    def _ask(self, whom: Certomancer, request: bytes, name: str) -> bytes:
        kind = "application/timestamp-query"
        reply = Client(whom.app).post(f"/test/tsa/{name}", data=request, content_type=kind)
        return reply.get_data()


@pytest.fixture
def authorities(
    certomancer: Certomancer, stranger: Certomancer, socket_enabled: None
) -> Iterator[Authorities]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    bad = Scripted({})

    def both(environ: dict[str, object], start: object) -> object:
        is_bad = str(environ["PATH_INFO"]).startswith("/bad")
        return (bad if is_bad else certomancer.app)(environ, start)  # type: ignore[arg-type]

    with serving(both) as url:
        yield Authorities(certomancer, stranger, url, bad)


def changed(request: bytes, **fields: object) -> bytes:
    asked = tsp.TimeStampReq.load(request)
    for name, value in fields.items():
        asked[name] = value
    return bytes(asked.dump(force=True))


def other_imprint() -> dict[str, object]:
    return {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\7" * 32}


def flipped(answer: bytes) -> bytes:
    """Change the last octet: it belongs to the signature."""
    return answer[:-1] + bytes([answer[-1] ^ 1])


Misbehaviour = Callable[[Authorities, bytes], Response]


def answer(content: bytes, status: int = 200, kind: str = REPLY) -> Response:
    return Response(content, status=status, mimetype=kind)


MISBEHAVIOURS: dict[str, tuple[Misbehaviour, Fault]] = {
    "wrong nonce": (
        lambda a, r: answer(a.forwarded(changed(r, nonce=7))),
        StampFault.OTHER_REQUEST,
    ),
    "wrong hash": (
        lambda a, r: answer(a.forwarded(changed(r, message_imprint=other_imprint()))),
        StampFault.OTHER_REQUEST,
    ),
    "expired certificate": (
        lambda a, r: answer(a.forwarded(r, "short")),
        StampFault.WRONG_CERTIFICATE,
    ),
    "a certificate for signing": (
        lambda a, r: answer(a.forwarded(r, "signer")),
        StampFault.WRONG_CERTIFICATE,
    ),
    "an unknown root": (lambda a, r: answer(a.foreign(r)), StampFault.NOT_TRUSTED),
    "a wrong signature": (lambda a, r: answer(flipped(a.forwarded(r))), StampFault.BROKEN),
    "garbage": (lambda _a, _r: answer(b"\x30\x03abc"), StampFault.UNREADABLE),
    "nothing": (lambda _a, _r: answer(b""), StampFault.UNREADABLE),
    "a cut answer": (lambda a, r: answer(a.forwarded(r)[:500]), StampFault.UNREADABLE),
    "a page": (lambda _a, _r: answer(b"<html>", kind="text/html"), OutsideFault.OTHER_KIND),
    "an error": (lambda _a, _r: answer(b"", status=503), OutsideFault.BAD_STATUS),
    "too much": (lambda _a, _r: answer(bytes(30_000)), OutsideFault.TOO_LONG),
    "elsewhere": (
        lambda _a, _r: Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        OutsideFault.BAD_STATUS,
    ),
    "dripping": (lambda _a, r: dripping(5)(r), OutsideFault.TOO_SLOW),
    "a refusal": (
        lambda _a, _r: answer(sequence(sequence(integer(2)))),
        StampFault.REFUSED,
    ),
}


@pytest.mark.parametrize("name", list(MISBEHAVIOURS))
def test_what_cannot_be_believed_is_refused_and_the_next_one_asked(
    authorities: Authorities, tmp_path: Path, name: str
) -> None:
    misbehave, fault = MISBEHAVIOURS[name]
    authorities.bad.scripts["bad"] = lambda request: misbehave(authorities, request)
    bad_one = authorities.source("/bad", whole=1 if name == "dripping" else 60)
    desk = StampDesk([bad_one, authorities.source(GOOD)], tmp_path)

    token = desk.stamp(bytes(32), "sha256", NOW)

    assert authorities.bad.asked == ["bad"]
    assert len(token) > 500
    bad, good = desk.health()
    assert bad.fault == fault
    assert bad.failed_at is not None
    assert (good.fault, good.succeeded_at is not None) == (None, True)


def test_another_policy_is_refused(authorities: Authorities, tmp_path: Path) -> None:
    demanding = authorities.source(GOOD, policy=POLICY)
    desk = StampDesk([demanding], tmp_path)

    with pytest.raises(SigningUnavailable, match="policy"):
        desk.stamp(bytes(32), "sha256", NOW)


def test_a_clock_too_far_from_ours_is_refused(authorities: Authorities, tmp_path: Path) -> None:
    desk = StampDesk([authorities.source(GOOD)], tmp_path)

    assert desk.stamp(bytes(32), "sha256", NOW + timedelta(seconds=59))
    with pytest.raises(SigningUnavailable, match="clock"):
        desk.stamp(bytes(32), "sha256", NOW + timedelta(seconds=61))


def test_nobody_there_is_told(authorities: Authorities, tmp_path: Path) -> None:
    nobody = Outside(["127.0.0.1:1"], Limits(connect=0.5, whole=0.5))
    source = StampSource(HttpAuthority("nikdo", "http://127.0.0.1:1/", nobody), authorities.trust)

    with pytest.raises(SigningUnavailable, match="nikdo: No answer"):
        StampDesk([source], tmp_path).stamp(bytes(32), "sha256", NOW)


@pytest.mark.parametrize("url", ["http://evil.example/", "file:///etc/passwd", "http://h:81/", ""])
def test_only_named_hosts_are_asked(url: str) -> None:
    outside = Outside(["h:80", "tsa.example"])

    assert outside.allows("https://tsa.example/x")
    with pytest.raises(NotOnTheList):
        outside.get(url)


def test_a_login_in_the_address_opens_no_other_host() -> None:
    assert not Outside(["tsa.example"]).allows("http://tsa.example@evil.example/")


class Silent:
    """An authority that fails until it is told otherwise."""

    def __init__(self, behind: StampSource) -> None:
        self.name, self.asked, self.works = "mlčící", 0, False
        self._behind = behind

    def ask(self, request: bytes, at: datetime) -> bytes:
        self.asked += 1
        if not self.works:
            raise AuthorityFailed(OutsideFault.NO_ANSWER, "It is silent.")
        return self._behind.authority.ask(request, at)


class Moments:
    """Real time that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_failing_authority_is_left_alone_and_tried_again(
    authorities: Authorities, tmp_path: Path
) -> None:
    silent, moments = Silent(authorities.source(GOOD)), Moments()
    rules = BreakerRules(failures=2, pause=MINUTE)
    first = StampSource(silent, authorities.trust)
    sources = [first, authorities.source(GOOD)]
    desk = StampDesk(sources, tmp_path, rules=rules, now=moments)

    for _ in range(5):
        desk.stamp(bytes(32), "sha256", NOW)
    assert silent.asked == 2
    assert desk.health()[0].state == OPEN

    moments.now += MINUTE
    assert desk.health()[0].state == HALF_OPEN
    desk.stamp(bytes(32), "sha256", NOW)
    assert (silent.asked, desk.health()[0].state) == (3, OPEN)

    moments.now += 2 * MINUTE
    silent.works = True
    desk.stamp(bytes(32), "sha256", NOW)
    assert (silent.asked, desk.health()[0].state) == (4, CLOSED)


def test_a_quota_is_kept_across_processes_and_restarts(
    authorities: Authorities, tmp_path: Path
) -> None:
    quota, moments = Quota(20, 20 * MINUTE), Moments()

    def desk() -> StampDesk:
        sources = [authorities.source(GOOD, quota=quota)]
        return StampDesk(sources, tmp_path, now=moments)

    desks = [desk(), desk()]
    for number in range(20):
        desks[number % 2].stamp(bytes(32), "sha256", NOW)
    with pytest.raises(SigningUnavailable, match="quota"):
        desk().stamp(bytes(32), "sha256", NOW)
    assert (desk().health()[0].asked, desk().health()[0].most) == (20, 20)
    # A used-up quota is no failure: the authority is asked again as soon as it may be.
    assert desk().health()[0].state == CLOSED

    moments.now += 20 * MINUTE
    assert desk().stamp(bytes(32), "sha256", NOW)


def test_trusted_certificates_are_read_from_a_file(certomancer: Certomancer) -> None:
    names = [c.subject.native["common_name"] for c in load_certificates(certomancer.trusted)]

    assert names == ["Zkouška root", "Zkouška issuer"]
    assert load_certificates(None) == []


def test_an_answer_that_stops_is_an_outside_failure(socket_enabled: None) -> None:
    def stopping(_environ: dict[str, object], start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Length", "100"), ("Content-Type", REPLY)])
        return [b"half"]

    with serving(stopping) as url:
        outside = Outside([url.removeprefix("http://")], Limits(connect=1, whole=1))
        with pytest.raises(OutsideFailed):
            outside.get(url)
        with pytest.raises(requests.RequestException):
            requests.get(url, timeout=2)


@given(
    outcomes=st.lists(st.booleans(), max_size=40),
    steps=st.lists(st.integers(0, 1200), min_size=40, max_size=40),
)
def test_a_breaker_opens_only_after_failures_and_closes_with_a_success(
    outcomes: list[bool], steps: list[int]
) -> None:
    rules, breaker, now, row = BreakerRules(), Breaker(), NOW, 0
    for is_good, seconds in zip(outcomes, steps, strict=False):
        now += timedelta(seconds=seconds)
        if not breaker.admits(now, MINUTE):
            assert row >= rules.failures
            assert breaker.open_until is not None
            assert breaker.open_until - now <= rules.longest
            continue
        breaker = breaker.begin(now)
        row = 0 if is_good else row + 1
        breaker = breaker.succeeded() if is_good else breaker.failed(now, rules)
        assert breaker.state(now) == (OPEN if row >= rules.failures else CLOSED)


def test_half_open_admits_one_trial_at_a_time() -> None:
    rules = BreakerRules(failures=1, pause=MINUTE)
    breaker = Breaker().failed(NOW, rules)
    later = NOW + MINUTE

    trying = breaker.begin(later)

    assert breaker.admits(later, MINUTE)
    assert not trying.admits(later, MINUTE)
    assert trying.admits(later + 2 * MINUTE, MINUTE)


@pytest.mark.parametrize("policy", [None, "1.2.203.400000.5"])
@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_request_is_what_the_library_would_write(algorithm: str, policy: str | None) -> None:
    question = ask_for(hashlib.new(algorithm, b"a signature").digest(), algorithm, policy)

    told = {
        "version": "v1",
        "message_imprint": {
            "hash_algorithm": {"algorithm": algorithm},
            "hashed_message": question.digest,
        },
        "nonce": question.nonce,
        "cert_req": True,
        **({"req_policy": policy} if policy else {}),
    }
    assert question.request == tsp.TimeStampReq(told).dump()


def test_threads_that_ask_a_fresh_trust_at_once_find_the_way(certomancer: Certomancer) -> None:
    given = {name: certomancer.certificate(name).dump() for name in ("root", "issuer", "stamper")}
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            root, issuer = (x509.Certificate.load(given[name]) for name in ("root", "issuer"))
            trust, start = Trust([root], [issuer]), threading.Barrier(6)

            def ask(trust: Trust = trust, start: threading.Barrier = start) -> int:
                stamper = x509.Certificate.load(given["stamper"])
                start.wait(30)
                return len(trust.check_stamper(stamper, [], NOW))

            with ThreadPoolExecutor(6) as pool:
                assert [one.result() for one in [pool.submit(ask) for _ in range(6)]] == [3] * 6
    finally:
        sys.setswitchinterval(usual)
