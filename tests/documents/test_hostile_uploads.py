"""Files made to hurt whoever reads them, given where people bring what they sign with.

Each ends in a refusal in words; the service itself neither grows nor waits nor dies of it.
"""

import io
import re
import resource
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from time import monotonic

import pytest
from asn1crypto import pkcs12
from werkzeug.test import TestResponse

from services.documents.verification import errands
from services.documents.verification.confinement import Limits

from .authorities import Authority, Owner, make_authority, stock_sign
from .forgeries import FIELD
from .offices import DIRECTOR, Office, open_office, record

pytestmark = pytest.mark.one_database
MEGABYTE = 1024 * 1024
MOST_GROWTH = 80 * MEGABYTE
"""Of the web process; each of the bombs would need more."""
BRIEF = Limits(seconds=3.0, processor_seconds=2)
"""What one file may cost here, so that the tests are short."""
SLACK = 3.0
"""Seconds for starting the process that reads, beside the file's own."""
PASSWORD = "heslo-k-souboru"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority()


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "UPLOAD_LIMITS", BRIEF)
    monkeypatch.setattr(errands, "STORE_LIMITS", BRIEF)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Office:
    folder = tmp_path_factory.mktemp("hostile")
    anchors = authority.anchors(folder / "anchors")
    url = f"sqlite:///{folder / 'documents.db'}"
    return open_office(folder / "var", url, accepted_authorities=anchors)


def update(
    pdf: bytes,
    *objects: tuple[int, bytes],
    section: bytes | None = None,
    packed: tuple[int, int] | None = None,
) -> bytes:
    """Append an incremental update by hand.

    Args:
        section: what its cross-reference stream says instead.
        packed: an object that lies in a stream of objects, and the number of that stream.
    """
    number = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    root = pdf.rpartition(b"/Root ")[2].split(b"R", 1)[0] + b"R"
    before = int(pdf.rpartition(b"startxref")[2].split()[0])
    added, rows = b"\n", {}
    for place, body in objects:
        rows[place] = b"\x01" + (len(pdf) + len(added)).to_bytes(4, "big") + b"\x00"
        added += b"%d 0 obj\n" % place + body + b"\nendobj\n"
    if packed:
        rows[packed[0]] = b"\x02" + packed[1].to_bytes(4, "big") + b"\x00"
    index = b" ".join(b"%d 1" % place for place in sorted(rows)) or b"0 0"
    section = section or b"/Index [%s] /W [1 4 1]" % index
    head = b"<< /Type /XRef /Size %d /Root %s /Prev %d " % (number + 9, root, before)
    start = len(pdf) + len(added)
    table = zlib.compress(b"".join(rows[place] for place in sorted(rows)))
    added += (
        b"%d 0 obj\n%s%s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (
            number + 8,
            head,
            section,
            len(table),
            table,
        )
    )
    return pdf + added + b"startxref\n%d\n%%%%EOF\n" % start


def field_place(pdf: bytes) -> int:
    """Return an object that every update may touch: the document's catalogue."""
    return int(pdf.rpartition(b"/Root ")[2].split(maxsplit=1)[0])


@cache
def packed_zeros() -> bytes:
    """Return more zeros than a confined process may hold, as DEFLATE writes them."""
    return zlib.compress(bytes(600 * MEGABYTE), 9)


def bomb(pdf: bytes) -> bytes:
    """The catalogue lies in a stream of objects that unpacks to more than there is memory."""
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>"
    body = head % len(packed_zeros()) + b"\nstream\n" + packed_zeros() + b"\nendstream"
    stream = 1 + max(int(one) for one in re.findall(rb"(\d+) 0 obj", pdf))
    return update(pdf, (stream, body), packed=(field_place(pdf), stream))


def nested(pdf: bytes) -> bytes:
    return update(pdf, (field_place(pdf), b"[" * 500_000 + b"]" * 500_000))


def dictionaries(pdf: bytes) -> bytes:
    return update(pdf, (field_place(pdf), b"<</A " * 100_000 + b"1" + b">>" * 100_000))


def endless(pdf: bytes) -> bytes:
    """A cross-reference stream that promises two thousand million entries of no width."""
    return update(pdf, section=b"/Index [0 2000000000] /W [0 0 0]")


def cross_reference_bomb(pdf: bytes) -> bytes:
    """A cross-reference stream that unpacks to more than there is memory."""
    packed = packed_zeros()
    start, added = len(pdf) + 1, b"\n"
    before = int(pdf.rpartition(b"startxref")[2].split()[0])
    added += b"90000 0 obj\n<< /Type /XRef /Size 90001 /W [1 4 1] /Prev %d /Root %d 0 R " % (
        before,
        field_place(pdf),
    )
    added += b"/Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    added += packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return pdf + added


def circle(pdf: bytes) -> bytes:
    """An object whose value is itself."""
    place = field_place(pdf)
    return update(pdf, (place, b"%d 0 R" % place))


HOSTILE = [
    (bomb, {"not-judged", "signature-damaged"}),
    (cross_reference_bomb, {"not-judged", "signature-damaged"}),
    (endless, {"not-judged"}),
    (nested, {"signature-damaged"}),
    (dictionaries, {"signature-damaged", "not-judged"}),
    (circle, {"signature-damaged"}),
]


def harmless(act: Callable[[], TestResponse]) -> TestResponse:
    """Do something; the process it happens in must not grow by it or wait for long."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, monotonic()

    reply = act()

    assert monotonic() - begun < BRIEF.seconds + SLACK
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * 1024 < MOST_GROWTH
    return reply


def slug(reply: TestResponse) -> str:
    return str(reply.json["type"].rpartition(":")[2])


def give(office: Office, document_id: str, content: bytes) -> TestResponse:
    return office.client.post(
        f"/api/v1/documents/{document_id}/signed-file",
        data={"signed": (io.BytesIO(content), "podepsane.pdf")},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {office.person_token(DIRECTOR)}"},
    )


def preview(office: Office, document_id: str) -> bytes:
    return office.api("GET", f"/documents/{document_id}/preview.pdf", DIRECTOR).data


@pytest.mark.parametrize(("make", "slugs"), HOSTILE, ids=lambda one: getattr(one, "__name__", ""))
def test_a_hostile_document_is_refused(
    office: Office, make: Callable[[bytes], bytes], slugs: set[str]
) -> None:
    document = office.put(record(DIRECTOR))
    evil = make(preview(office, document["id"]))
    before = office.stored()

    reply = harmless(lambda: give(office, document["id"], evil))

    assert reply.status_code == 422, reply.json
    assert slug(reply) in slugs
    assert office.stored() == before


def test_a_hundred_megabytes_are_not_even_taken(office: Office) -> None:
    document = office.put(record(DIRECTOR))
    large = preview(office, document["id"]) + bytes(100 * MEGABYTE)

    reply = give(office, document["id"], large)

    assert reply.status_code == 413


def test_after_all_that_an_honest_file_is_taken(office: Office, authority: Authority) -> None:
    office.clock.move_to(datetime.now(UTC))
    document = office.put(record(DIRECTOR))
    signed = stock_sign(preview(office, document["id"]), authority.issue(DIRECTOR.name), FIELD)

    assert harmless(lambda: give(office, document["id"], signed)).status_code == 201


def patient_store(owner: Owner) -> bytes:
    """Return a PKCS#12 store whose password is to be hashed two thousand million times."""
    store = pkcs12.Pfx.load(owner.pkcs12(PASSWORD))
    store["mac_data"]["iterations"] = 2_000_000_000
    return bytes(store.dump(force=True))


def nested_der(_owner: Owner) -> bytes:
    """Return sequences in sequences without end (BER, indefinite length)."""
    return b"\x30\x80" * 30_000


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(patient_store, "nepodařilo přečíst v mezích", id="hashing without end"),
        pytest.param(nested_der, "", id="nested without end"),
        pytest.param(lambda _owner: bytes(60_000), "", id="zeros"),
    ],
)
def test_a_hostile_store_is_refused(
    office: Office, authority: Authority, make: Callable[[Owner], bytes], words: str
) -> None:
    document = office.put(record(DIRECTOR))
    data = {
        "shown": document["sha256"],
        "store": (io.BytesIO(make(authority.issue(DIRECTOR.name))), "klic.p12"),
        "store_password": PASSWORD,
    }
    browser = office.browser(DIRECTOR)

    reply = harmless(lambda: browser.post(f"/{document['id']}/sign-with-file", data=data))

    assert reply.status_code == 422
    assert words in reply.text
    assert office.view(document["id"])["state"] == document["state"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x30\x80" * 30_000, id="nested without end"),
        pytest.param(
            b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n" * 1_100,
            id="a thousand",
        ),
    ],
)
def test_a_hostile_certificate_is_refused(office: Office, content: bytes) -> None:
    browser = office.browser(DIRECTOR)
    data = {"certificate": (io.BytesIO(content), "muj.cer")}

    reply = harmless(lambda: browser.post("/my-certificates", data=data))

    assert reply.status_code == 422
