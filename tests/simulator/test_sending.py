"""CreateMessage: what is accepted, what is refused, what the message becomes."""

import pytest

from services.isds_simulator.domain.box_id import box_id_from

from .conftest import FARMER, MAS, PERSON, TOWN
from .wire import SOAP, V20, XSI, Control, Wire, envelope_xml, file_xml

EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


def test_a_message_is_accepted_and_delivered_into_the_box(mas: Wire, control: Control) -> None:
    answer = mas.send(TOWN, dmSenderRefNumber="MAS-2026-000123/1")

    assert (answer.http.status_code, answer.code) == (200, "0000")
    assert answer.http.headers["Content-Type"] == "text/xml; charset=utf-8"
    message_id = answer.text("dmID")
    assert message_id is not None and message_id.isdecimal()
    stored = control.get(f"messages/{message_id}")
    assert (stored["state"], stored["kind"]) == (4, "V")
    assert stored["sender_reference"] == "MAS-2026-000123/1"
    assert [event["kind"] for event in stored["events"]] == ["EV0", "EV5"]


def test_the_status_comes_last(mas: Wire) -> None:
    answer = mas.send(TOWN)

    names = [child.tag for child in answer.operation]
    assert names == [f"{{{V20}}}dmID", f"{{{V20}}}dmStatus"]


EMPTY_FORMS = ("<{0}></{0}>", "<{0}/>", '<{0} xsi:nil="true"/>')


@pytest.mark.parametrize("form", EMPTY_FORMS)
def test_empty_elements_may_be_written_in_three_ways(mas: Wire, form: str) -> None:
    inner = envelope_xml(TOWN)
    for name in ("dmSenderOrgUnitNum", "dmLegalTitleYear", "dmPersonalDelivery", "dmToHands"):
        inner = inner.replace(f"<{name}/>", form.format(name))
    body = (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:xsi="{XSI}"><s:Body><CreateMessage xmlns="{V20}">'
        f"<dmEnvelope>{inner}{form.format('dmOVM')}</dmEnvelope><dmFiles>{file_xml()}</dmFiles>"
        "</CreateMessage></s:Body></s:Envelope>"
    )

    assert mas.post("dz", body).code == "0000"


def test_a_missing_element_of_the_envelope_is_invalid(mas: Wire, control: Control) -> None:
    inner = envelope_xml(TOWN).replace("<dmToHands/>", "")

    answer = mas.call(
        "dz",
        "CreateMessage",
        f"<dmEnvelope>{inner}</dmEnvelope><dmFiles>{file_xml()}</dmFiles>",
    )

    assert answer.code == "9005"
    assert control.get("ledger")["messages"] == 0


def test_texts_are_cleaned_as_the_real_system_does(mas: Wire, control: Control) -> None:
    message_id = mas.sent_id(
        TOWN, dmAnnotation="Výzva\u00a08\u200b,\tčást\n2", files=[file_xml("a\u00adb.pdf")]
    )

    stored = control.get(f"messages/{message_id}")
    assert stored["annotation"] == "Výzva 8, část 2"
    assert stored["files"][0]["name"] == "ab.pdf"


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        pytest.param("abcdefg", "1007", id="wrong check character"),
        pytest.param("short", "1007", id="wrong length"),
        pytest.param(box_id_from("stranger"), "5001", id="nobody has it"),
        pytest.param(MAS, "1210", id="the sender's own box"),
        pytest.param("aaaaaaa", "1205", id="the box of the system"),
        pytest.param("", "1007", id="nobody"),
    ],
)
def test_a_wrong_recipient_is_refused_without_a_trace(
    mas: Wire, control: Control, recipient: str, code: str
) -> None:
    answer = mas.send(recipient)

    assert (answer.code, answer.text("dmID")) == (code, None)
    assert control.get("ledger")["messages"] == 0


@pytest.mark.parametrize("state", [2, 3, 4, 5])
def test_a_closed_box_receives_and_sends_nothing(mas: Wire, control: Control, state: int) -> None:
    control.post(f"boxes/{TOWN}/state", state=state)
    assert mas.send(TOWN).code == "1205"

    control.post(f"boxes/{TOWN}/state", state=1)
    control.post(f"boxes/{MAS}/state", state=state)
    assert mas.send(TOWN).code == "1201"
    assert control.get("ledger")["messages"] == 0


def test_too_long_texts_are_invalid(mas: Wire) -> None:
    assert mas.send(TOWN, dmAnnotation="x" * 255).code == "0000"
    assert mas.send(TOWN, dmAnnotation="x" * 256).code == "9005"
    assert mas.send(TOWN, dmSenderRefNumber="x" * 51).code == "9005"
    assert mas.send(TOWN, dmAnnotation="").code == "9005"
    assert mas.send(TOWN, dmLegalTitleLaw="634").code == "0000"
    assert mas.send(TOWN, dmLegalTitleLaw="zákon").code == "9005"


def test_base64_may_be_broken_into_lines(mas: Wire, control: Control) -> None:
    broken = file_xml(content=b"%PDF-" + b"a" * 200).replace("YWFh", "YWFh\r\n ")

    message_id = mas.sent_id(TOWN, files=[broken])

    assert control.get(f"messages/{message_id}")["files"][0]["size"] == 205


@pytest.mark.parametrize(
    ("files", "code"),
    [
        pytest.param([], "9005", id="no file"),
        pytest.param([file_xml(meta="enclosure")], "1214", id="no main file"),
        pytest.param([file_xml(), file_xml()], "1214", id="two main files"),
        pytest.param(
            [file_xml(), file_xml("b.pdf", meta="signature")], "0000", id="and a signature"
        ),
        pytest.param([file_xml("oznameni.exe", mime="")], "1214", id="extension not permitted"),
        pytest.param([file_xml("oznameni", mime="")], "1214", id="no extension"),
        pytest.param([file_xml("a.pdf", b"PK\x03\x04")], "1214", id="content is no PDF"),
        pytest.param([file_xml("a.pdf", mime="image/png")], "1214", id="MIME of another type"),
        pytest.param([file_xml("a.pdf", mime="")], "0000", id="MIME left empty"),
        pytest.param([file_xml("a.pdf", mime="pdf")], "0000", id="MIME is an extension"),
        pytest.param([file_xml("a" * 252 + ".pdf")], "1214", id="name too long"),
        pytest.param([file_xml(content=b"")], "1214", id="empty file"),
    ],
)
def test_attachments_follow_the_table(mas: Wire, files: list[str], code: str) -> None:
    assert mas.send(TOWN, files=files).code == code


def test_the_first_bad_attachment_is_named(mas: Wire) -> None:
    answer = mas.send(TOWN, files=[file_xml(), file_xml("virus.exe", meta="enclosure", mime="")])

    assert (answer.text("dmStatusMessage") or "").endswith(": virus.exe")


def test_at_most_a_hundred_attachments_and_ten_containers(mas: Wire) -> None:
    more = [file_xml(f"{number}.pdf", meta="enclosure") for number in range(99)]
    zips = [
        file_xml(f"{number}.zip", EMPTY_ZIP, meta="enclosure", mime="application/zip")
        for number in range(11)
    ]

    assert mas.send(TOWN, files=[file_xml(), *more]).code == "0000"
    assert mas.send(TOWN, files=[file_xml(), *more, more[0]]).code == "1214"
    assert mas.send(TOWN, files=[file_xml(), *zips[:10]]).code == "0000"
    assert mas.send(TOWN, files=[file_xml(), *zips]).code == "1214"


def test_twenty_megabytes_of_raw_files_is_the_limit(mas: Wire) -> None:
    limit = 20 * 1024 * 1024

    assert mas.send(TOWN, files=[file_xml(content=b"%PDF-".ljust(limit, b"x"))]).code == "0000"
    assert mas.send(TOWN, files=[file_xml(content=b"%PDF-".ljust(limit + 1, b"x"))]).code == "1281"


def test_some_authorities_take_larger_messages(mas: Wire, control: Control) -> None:
    limit = 21 * 1024 * 1024
    box = {"type": "OVM", "name": "Úřad", "attachment_limit": limit}
    wide = control.post("boxes", 201, **box)["id"]

    assert mas.send(wide, files=[file_xml(content=b"%PDF-".ljust(limit, b"x"))]).code == "0000"
    assert mas.send(wide, files=[file_xml(content=b"%PDF-".ljust(limit + 1, b"x"))]).code == "1281"


def test_a_virus_is_found_after_the_message_is_accepted(mas: Wire, control: Control) -> None:
    virus = b"%PDF-1.7 EICAR-STANDARD-ANTIVIRUS-TEST-FILE"

    message_id = mas.sent_id(TOWN, files=[file_xml(content=virus)])

    stored = control.get(f"messages/{message_id}")
    assert stored["state"] == 3
    assert [event["kind"] for event in stored["events"]] == ["EV0", "EV8"]
    assert mas.download_sent(message_id).code == "1229"


def test_a_company_pays_for_a_message_to_a_company_and_not_to_a_town(
    mas: Wire, control: Control
) -> None:
    kinds = [control.get(f"messages/{mas.sent_id(to)}")["kind"] for to in (TOWN, FARMER)]

    assert kinds == ["V", "E"]
    assert control.get(f"boxes/{MAS}")["credit"] == 2000


def test_without_credit_or_contract_nothing_paid_is_sent(mas: Wire, control: Control) -> None:
    control.post(f"boxes/{MAS}/credit", amount=-3000)

    assert mas.send(FARMER).code == "1233"
    assert mas.send(TOWN).code == "0000"


def test_a_person_gets_paid_messages_only_after_allowing_them(mas: Wire) -> None:
    assert mas.send(PERSON).code == "1232"


def test_an_authority_writes_to_a_person_for_free(town: Wire) -> None:
    assert town.send(PERSON).code == "0000"


def test_a_contract_must_be_there_to_be_used(mas: Wire) -> None:
    assert mas.send(FARMER, kind="K").code == "1233"
    assert mas.send(FARMER, kind="E").code == "0000"


def test_an_answer_may_be_paid_in_advance_once(mas: Wire, farmer: Wire, control: Control) -> None:
    question = mas.sent_id(FARMER, kind="I", dmSenderRefNumber="dotaz-1")

    answer = farmer.sent_id(MAS, dmRecipientRefNumber="dotaz-1")

    assert control.get(f"messages/{answer}")["kind"] == "O"
    assert control.get(f"messages/{question}")["kind"] == "Y"
    assert farmer.send(MAS, dmRecipientRefNumber="dotaz-1").code == "1233"
    assert control.get(f"boxes/{MAS}")["credit"] == 1000


def test_a_login_without_the_right_may_not_send(simulator: object, mas: Wire) -> None:
    reader = Wire(mas.url, "mas-cte", "heslo-mas")

    assert reader.send(TOWN).code == "1004"
