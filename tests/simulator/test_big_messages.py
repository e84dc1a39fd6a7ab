"""Big messages: MTOM and base64, uploads with two hashes, limits, downloads."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import requests
from asn1crypto import cms

from .conftest import FARMER, TOWN, Simulator
from .wire import PATIENCE, SOAP_12, V20, Answer, Control, Wire, envelope_xml, file_xml

MiB = 1024 * 1024
BIG = b"%PDF-1.7\n" + b"\x00<>&" * (3 * MiB)
XOP = "http://www.w3.org/2004/08/xop/include"
Uploaded = tuple[str, str, str]


def soap_12(operation: str, inner: str, attributes: str = "") -> str:
    return (
        f'<s:Envelope xmlns:s="{SOAP_12}"><s:Body><{operation} xmlns="{V20}"{attributes}>{inner}'
        f"</{operation}></s:Body></s:Envelope>"
    )


def package(root: str, content: bytes, kind: str = "application/xop+xml") -> tuple[bytes, str]:
    body = (
        b"--edge\r\nContent-Type: application/xop+xml; charset=utf-8\r\nContent-ID: <root>\r\n\r\n"
        + root.encode()
        + b"\r\n--edge\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <file@x>\r\n\r\n"
        + content
        + b"\r\n--edge--\r\n"
    )
    outer = f'multipart/related; type="{kind}"; start-info="application/soap+xml"; '
    return body, outer + 'boundary="edge"; start="<root>"'


def upload_request(name: str = "priloha.pdf", mime: str = "application/pdf") -> str:
    include = f'<xop:Include xmlns:xop="{XOP}" href="cid:file%40x"/>'
    return soap_12(
        "UploadAttachment",
        f'<dmFile dmMimeType="{mime}" dmFileDescr="{name}"><dmEncodedContent>{include}'
        "</dmEncodedContent></dmFile>",
    )


def upload(wire: Wire, content: bytes = BIG, **file: str) -> Answer:
    body, content_type = package(upload_request(**file), content)
    return wire.post("vodz", body, {"Content-Type": content_type})


def uploaded(wire: Wire, content: bytes = BIG) -> Uploaded:
    answer = upload(wire, content)
    assert answer.code == "0000", answer.http.text
    return tuple(answer.text(name) or "" for name in ("dmAttID", "dmAttHash1", "dmAttHash2"))


def reference(file: Uploaded, meta: str = "main") -> str:
    return (
        f'<dmExtFile dmFileMetaType="{meta}" dmAttID="{file[0]}" dmAttHash1="{file[1]}" '
        f'dmAttHash1Alg="SHA-256" dmAttHash2="{file[2]}" dmAttHash2Alg="SHA3-256"/>'
    )


def create(wire: Wire, recipient: str, *files: str) -> Answer:
    inner = f"<dmEnvelope>{envelope_xml(recipient)}</dmEnvelope><dmFiles>{''.join(files)}</dmFiles>"
    return wire.post("vodz", soap_12("CreateBigMessage", inner))


def test_a_file_is_uploaded_beside_the_xml_and_told_by_two_hashes(mas: Wire) -> None:
    answer = upload(mas)

    assert answer.code == "0000"
    assert answer.text("dmAttHash1") == hashlib.sha256(BIG).hexdigest()
    assert answer.text("dmAttHash2") == hashlib.sha3_256(BIG).hexdigest()
    algorithms = [hashed.get("AttHashAlg") for hashed in answer.operation[1:3]]
    assert algorithms == ["SHA-256", "SHA3-256"]
    assert answer.http.headers["Content-Type"] == "application/soap+xml; charset=utf-8"


def test_a_big_message_is_sent_listed_and_downloaded(
    mas: Wire, town: Wire, control: Control
) -> None:
    first, second = uploaded(mas), uploaded(mas, BIG + b"2")

    answer = create(mas, TOWN, reference(first), reference(second, "enclosure"))

    assert answer.code == "0000"
    message_id = answer.text("dmID") or ""
    assert control.get(f"messages/{message_id}")["is_big"]
    record = mas.list_sent().tree.find(".//{*}dmRecord")
    assert record.get("dmVODZ") == "true"
    assert mas.download_sent(message_id).code == "1281"
    request = soap_12("SignedSentBigMessageDownload", f"<dmID>{message_id}</dmID>")
    zfo = mas.post("vodz", request).binary("dmSignature")
    content = cms.ContentInfo.load(zfo)["content"]["encap_content_info"]["content"].native
    assert b"dmEncodedContent" in content and len(content) > 2 * len(BIG)
    town.list_received()
    inner = f"<dmID>{message_id}</dmID><attNum>2</attNum>"
    attachment = town.post("vodz", soap_12("DownloadAttachment", inner))
    assert attachment.binary("dmEncodedContent") == BIG + b"2"


def test_an_answer_comes_as_xop_only_to_who_takes_it(mas: Wire, town: Wire) -> None:
    message_id = (
        create(
            mas,
            TOWN,
            reference(uploaded(mas)),
            file_xml("b.pdf", b"%PDF-".ljust(9 * MiB, b"x"), meta="enclosure"),
        ).text("dmID")
        or ""
    )
    request = soap_12("SignedSentBigMessageDownload", f"<dmID>{message_id}</dmID>")
    accept = {"Accept": "multipart/related, application/soap+xml"}

    reply = mas.post("vodz", request, accept).http

    assert reply.headers["Content-Type"].startswith("multipart/related; boundary=")
    boundary = reply.headers["Content-Type"].split('"')[1].encode()
    root, zfo = reply.content.split(b"--" + boundary)[1:3]
    assert b"xop:Include" in root and b'type="application/soap+xml"' in root
    document = zfo.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
    assert cms.ContentInfo.load(document)["content_type"].native == "signed_data"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("application/soap+xml", "type parameter=application/soap+xml, should be"),
        ("text/xml", "type parameter=text/xml"),
    ],
)
def test_a_wrong_package_is_599_with_a_fault(mas: Wire, kind: str, told: str) -> None:
    body, content_type = package(upload_request(), b"%PDF-", kind)

    reply = mas.post("vodz", body, {"Content-Type": content_type}).http

    assert reply.status_code == 599
    assert told in reply.text and "Fault" in reply.text


@pytest.mark.parametrize(
    "body",
    [b"", b"--edge", b"--edge\r\n\r\n--edge--", b"--edge\r\nno head\r\n--edge--\r\n"],
    ids=["nothing", "no end", "empty part", "no blank line"],
)
def test_a_torn_package_is_599(mas: Wire, body: bytes) -> None:
    _, content_type = package("", b"")

    assert mas.post("vodz", body, {"Content-Type": content_type}).http.status_code in {500, 599}


def test_a_part_that_is_not_there_is_599(mas: Wire) -> None:
    body, content_type = package(upload_request().replace("file%40x", "other"), b"%PDF-")

    assert mas.post("vodz", body, {"Content-Type": content_type}).http.status_code == 599


def test_base64_inside_plain_soap_is_taken_too(mas: Wire) -> None:
    inner = file_xml("a.pdf").replace(' dmFileMetaType="main"', "")

    assert mas.post("vodz", soap_12("UploadAttachment", inner)).code == "0000"
    assert mas.call("vodz", "UploadAttachment", inner).code == "0000"


def test_hashes_and_owners_of_uploads_are_checked(
    simulator: Simulator, mas: Wire, farmer: Wire
) -> None:
    file = uploaded(mas)
    foreign = uploaded(simulator.wire("mesto", "heslo-mesto"))

    def code(changed: str) -> str:
        return create(mas, TOWN, changed).code

    assert code(reference(("", file[1], file[2]))) == "1294"
    assert code(reference(("missing", file[1], file[2]))) == "1299"
    assert code(reference(foreign)) == "1293"
    assert code(reference((file[0], "0" * 64, file[2]))) == "1288"
    assert code(reference((file[0], file[1], "0" * 64))) == "1289"
    assert code(reference(file).replace("SHA3-256", "SHA3-512")) == "1289"


def test_sizes_decide_which_service_is_right(mas: Wire) -> None:
    file = uploaded(mas)

    assert create(mas, TOWN, reference(file)).code == "1297"
    inline = file_xml("b.pdf", b"%PDF-".ljust(20 * MiB + 1, b"x"), meta="enclosure")
    assert create(mas, TOWN, reference(file), inline).code == "1295"


def test_even_big_messages_have_a_limit(start: Any) -> None:
    small = start(big_message_limit=21 * MiB).wire()
    pair = reference(uploaded(small)), reference(uploaded(small), "enclosure")
    assert create(small, TOWN, *pair).code == "1214"


def test_uploads_end_after_a_day_and_have_a_quota(start: Any) -> None:
    simulator = start(upload_quota=20 * MiB, upload_life=timedelta(hours=24))
    mas = simulator.wire()
    file = uploaded(mas)
    assert upload(mas).code == "1286"

    simulator.control.advance(hours=25)

    assert create(mas, TOWN, reference(file)).code == "1299"
    assert upload(mas).code == "0000"


def test_one_upload_serves_several_messages(mas: Wire, control: Control) -> None:
    pair = reference(uploaded(mas)), reference(uploaded(mas), "enclosure")

    first, second = (create(mas, TOWN, *pair) for _ in range(2))

    assert (first.code, second.code) == ("0000", "0000")
    assert first.text("dmID") != second.text("dmID")
    assert control.get("ledger")["messages"] == 2


def test_uploads_are_looked_at_at_once(mas: Wire) -> None:
    assert upload(mas, b"%PDF EICAR-STANDARD-ANTIVIRUS-TEST-FILE").code == "1214"
    assert upload(mas, b"MZ", name="a.exe", mime="").code == "1214"


def test_a_big_paid_message_takes_credit(mas: Wire, control: Control) -> None:
    pair = reference(uploaded(mas)), reference(uploaded(mas), "enclosure")

    message_id = create(mas, FARMER, *pair).text("dmID")

    assert control.get(f"messages/{message_id}")["kind"] == "E"


def test_ws1_takes_no_big_messages_when_hosts_are_told_apart(simulator: Simulator) -> None:
    def code(prefix: str, service: str, operation: str) -> str:
        wire = simulator.wire()
        wire.prefix = prefix
        return wire.call(service, operation, "<dmID>1</dmID>").code

    assert code("/ws1", "vodz", "SignedSentBigMessageDownload") == "2006"
    assert code("/ws2", "vodz", "SignedSentBigMessageDownload") == "1219"
    assert code("/ws1", "dz", "DummyOperation") == "0000"
    assert code("/ws2", "dz", "DummyOperation") == "0000"
    by_name = requests.post(
        f"{simulator.url}/DS/vodz",
        data=soap_12("SignedSentBigMessageDownload", "<dmID>1</dmID>"),
        headers={"Host": "ws1.localhost"},
        auth=("mas", "heslo-mas"),
        timeout=PATIENCE,
    )
    assert "2006" in by_name.text
