"""Trust lists (ETSI TS 119 612): who is qualified, since when, and which lists are believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509 as crypto_x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.documents import commands
from services.documents.domain.trust_lists import NOTHING, Claims, Criteria, holds
from services.documents.models import db
from services.documents.signing.trust_lists import BadList, ListShelf, read_list
from services.documents.signing.ways.people import claims_of
from services.documents.verifying import judge as judge_file
from shared.keys import make_development_keys

from .authorities import (
    QC_PERSON,
    QC_SEAL,
    Authority,
    Owner,
    as_asn1,
    make_authority,
    self_signed,
)
from .offices import NOW as OFFICE_TIME
from .test_production import content, in_file, production, sealed
from .trust_list_maker import (
    CA_QC,
    GRANTED,
    ISSUED,
    WITHDRAWN,
    plain,
    service,
    signed,
    state,
)
from .world import open_world

NOW = ISSUED + timedelta(days=3)
EARLIER = datetime(2023, 5, 1, tzinfo=UTC)
USAGE = (
    "<s:CriteriaList assert='{kind}'><s:KeyUsage><s:KeyUsageBit name='nonRepudiation'>{bit}"
    "</s:KeyUsageBit></s:KeyUsage></s:CriteriaList>"
)
MET, UNMET = USAGE.format(kind="all", bit="true"), USAGE.format(kind="all", bit="false")
STRANGE = "<s:CriteriaList assert='all'><s:otherCriteriaList/></s:CriteriaList>"


@pytest.fixture(scope="module")
def operator() -> Owner:
    return self_signed("Správce seznamu")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority("Kvalifikovaná")


@pytest.fixture(scope="module")
def owners(authority: Authority) -> dict[str, Owner]:
    return {
        "person": authority.issue("Jana Malá", statements=QC_PERSON),
        "seal": authority.issue("MAS", statements=QC_SEAL),
        "plain": authority.issue("Bez prohlášení"),
        "stranger": make_authority("Cizí").issue("Cizí", statements=QC_PERSON),
    }


def shelf(folder: Path, operator: Owner) -> ListShelf:
    return ListShelf(folder, [as_asn1(operator.certificate)])


def told(kept: ListShelf, owner: Owner, signed_at: datetime = NOW, now: datetime = NOW) -> str:
    chain = [Owner(one, owner.key).der for one in owner.chain]
    return kept.judge(owner.der, chain, signed_at, now).kind


def issuer(authority: Authority) -> Owner:
    return authority.issuer


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        pytest.param({}, ("person", "seal", ""), id="granted, for everything"),
        pytest.param({"uses": ("ForeSignatures",)}, ("person", "", ""), id="for signatures"),
        pytest.param({"uses": ("ForeSeals",)}, ("", "seal", ""), id="for seals"),
        pytest.param({"status": WITHDRAWN}, ("", "", ""), id="withdrawn"),
        pytest.param({"kind": CA_QC.replace("QC", "PKC")}, ("", "", ""), id="another service"),
        pytest.param(
            {"qualifiers": ("NotQualified",), "criteria": MET}, ("", "", ""), id="not qualified"
        ),
        pytest.param(
            {"qualifiers": ("NotQualified",), "criteria": UNMET},
            ("person", "seal", ""),
            id="criteria that are not met",
        ),
        pytest.param(
            {"qualifiers": ("NotQualified",), "criteria": STRANGE},
            ("person", "seal", ""),
            id="criteria that nobody understands",
        ),
        pytest.param(
            {"qualifiers": ("QCStatement", "QCForESig"), "criteria": MET},
            ("person", "person", "person"),
            id="the list speaks for old certificates",
        ),
        pytest.param(
            {"qualifiers": ("QCForESeal",), "criteria": MET}, ("seal", "seal", ""), id="as seals"
        ),
        pytest.param(
            {"qualifiers": ("QCForESeal", "QCForESig"), "criteria": MET},
            ("", "", ""),
            id="the list contradicts itself",
        ),
    ],
)
def test_what_a_service_issues_is_qualified_as_the_list_says(
    tmp_path: Path,
    operator: Owner,
    authority: Authority,
    owners: dict[str, Owner],
    present: dict[str, object],
    expected: tuple[str, ...],
) -> None:
    kept = shelf(tmp_path, operator)
    listed = service(state(issuer(authority), **present))  # type: ignore[arg-type]
    kept.add(signed(plain(listed), operator))

    assert tuple(told(kept, owners[name]) for name in ("person", "seal", "plain")) == expected
    assert told(kept, owners["stranger"]) == ""


def test_the_state_at_the_time_of_signing_counts(
    tmp_path: Path, operator: Owner, authority: Authority, owners: dict[str, Owner]
) -> None:
    own = issuer(authority)
    present = state(own, WITHDRAWN, datetime(2024, 1, 1, tzinfo=UTC))
    former = state(own, GRANTED, datetime(2022, 1, 1, tzinfo=UTC))
    kept = shelf(tmp_path, operator)
    kept.add(signed(plain(service(present, former)), operator))

    moments = [datetime(2021, 6, 1, tzinfo=UTC), EARLIER, NOW]

    assert [told(kept, owners["person"], at) for at in moments] == ["", "person", ""]


def test_a_newer_list_takes_over_and_a_stale_one_is_said(
    tmp_path: Path, operator: Owner, authority: Authority, owners: dict[str, Owner]
) -> None:
    kept = shelf(tmp_path, operator)
    chain = [Owner(one, authority.issuer.key).der for one in owners["person"].chain]
    first = signed(plain(service(state(issuer(authority)))), operator)
    kept.add(first)
    before = kept.judge(owners["person"].der, chain, NOW, NOW)
    late = kept.judge(owners["person"].der, chain, NOW, NOW + timedelta(days=40))

    kept.add(signed(plain(service(state(issuer(authority), WITHDRAWN)), sequence=8), operator))
    after = kept.judge(owners["person"].der, chain, NOW, NOW)

    assert (before.kind, before.version, before.is_stale) == ("person", "CZ 7", False)
    assert (late.kind, late.is_stale) == ("person", True)
    assert (after.kind, after.version) == ("", "CZ 8")
    with pytest.raises(BadList, match="newer list"):
        kept.add(first)


def bad(content: bytes, operator: Owner) -> dict[str, bytes]:
    """Return lists that must not be believed."""
    good = signed(content, operator)
    other = signed(content.replace(b">7<", b">9<"), self_signed("Někdo"))
    doctype = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    moved = good.replace(b"<TrustServiceStatusList", b"<W><TrustServiceStatusList", 1)
    wrapped = good.replace(b"</TrustServiceStatusList>", b"") + b"<Extra/></TrustServiceStatusList>"
    return {
        "unsigned": content,
        "signed by somebody else": other,
        "a changed number": good.replace(b">7<", b">8<"),
        "a changed status": good.replace(
            b"Svcstatus/granted", b"Svcstatus/recognisedatnationallevel"
        ),
        "an added element": wrapped,
        "wrapped": moved + b"</W>",
        "with a document type": doctype + good,
        "no XML": b"nothing",
        "nothing": b"",
        "another kind": b"<a/>",
        "too long": b" " * 20_000_001,
    }


KINDS = list(bad(plain(), self_signed("x")))


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_that_the_pinned_operator_has_not_signed_is_refused(
    tmp_path: Path, operator: Owner, authority: Authority, kind: str
) -> None:
    content = plain(service(state(issuer(authority))))
    assert read_list(signed(content, operator), [as_asn1(operator.certificate)]).sequence == 7

    with pytest.raises(BadList):
        shelf(tmp_path, operator).add(bad(content, operator)[kind])
    assert not list(tmp_path.iterdir())


def test_a_kept_list_that_was_changed_is_believed_no_more(
    tmp_path: Path, operator: Owner, authority: Authority, owners: dict[str, Owner]
) -> None:
    shelf(tmp_path, operator).add(signed(plain(service(state(issuer(authority)))), operator))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes().replace(b"granted", b"accredited"))

    kept = shelf(tmp_path, operator)

    assert kept.lists() == []
    chain = [Owner(one, authority.issuer.key).der for one in owners["person"].chain]
    assert kept.judge(owners["person"].der, chain, NOW, NOW) == NOTHING


def test_two_lists_with_one_number_are_not_both_kept(
    tmp_path: Path, operator: Owner, authority: Authority
) -> None:
    kept = shelf(tmp_path, operator)
    kept.add(signed(plain(service(state(issuer(authority)))), operator))

    with pytest.raises(BadList, match="same number"):
        kept.add(signed(plain(service(state(issuer(authority), WITHDRAWN))), operator))


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (Criteria(policies=("1.2.3",)), True),
        (Criteria(policies=("1.2.3", "1.2.4")), False),
        (Criteria(policies=("1.2.3", "1.2.4"), is_any=True), True),
        (Criteria(usages=(("nonRepudiation", True),), policies=("1.2.4",)), False),
        (Criteria(), False),
        (Criteria(policies=("1.2.3",), is_known=False), False),
    ],
)
def test_criteria(criteria: Criteria, expected: bool) -> None:
    claims = Claims(("a",), True, frozenset(), frozenset({"nonRepudiation"}), frozenset({"1.2.3"}))

    assert holds(criteria, claims) is expected
    assert holds(replace(criteria, is_known=False), claims) is False


def test_a_certificate_states_its_claims(owners: dict[str, Owner]) -> None:
    owner = owners["seal"]

    claims = claims_of(owner.der, [Owner(one, owner.key).der for one in owner.chain])

    assert (claims.is_compliant, claims.types, claims.usages) == (
        True,
        {"seal"},
        {"nonRepudiation", "digitalSignature"},
    )
    assert len(claims.issuer_keys) == 2
    assert isinstance(owner.certificate, crypto_x509.Certificate)


def test_the_verifier_says_qualified_and_the_command_keeps_lists(
    tmp_path: Path, database_url: str, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_world(tmp_path / "world", OFFICE_TIME) as world:
        make_development_keys(world.folder / "keys")
        operator = self_signed("Správce seznamu")
        pinned = tmp_path / "operator.pem"
        pinned.write_bytes(operator.certificate.public_bytes(Encoding.PEM))
        made = tmp_path / "list.xml"
        made.write_bytes(signed(plain(service(state(world.issuer)), sequence=41), operator))
        monkeypatch.setenv("VYZVA_VAR", str(tmp_path / "var"))
        monkeypatch.setenv("VYZVA_DOCUMENTS_TRUST_LIST_SIGNERS", str(pinned))
        kept = CliRunner().invoke(commands.trust_lists, ["import", str(made)])
        made.write_bytes(made.read_bytes().replace(b">41<", b">42<"))
        refused = CliRunner().invoke(commands.trust_lists, ["import", str(made)])
        shown = CliRunner().invoke(commands.trust_lists, ["show"])
        monkeypatch.undo()
        seals = [in_file(world, world.seal())]
        more = {"seals": seals, "trust_list_signers": pinned}
        office = production(world, tmp_path, database_url, **more)
        pdf = content(office, sealed(office))
        with office.context():
            judged = judge_file(office.app.extensions["documents-tools"], db.session(), pdf)

    (signature,) = judged.report.signatures
    assert (kept.exit_code, refused.exit_code, shown.exit_code) == (0, 1, 1), kept.output
    assert "CZ 41" in shown.output
    assert "PROPADLÝ" in shown.output  # by the machine's clock, months later
    assert (signature.qualified, signature.trust_list, signature.is_list_stale) == (
        "seal",
        "CZ 41",
        False,
    )
