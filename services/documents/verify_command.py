"""``vyzva verify FILE...``: by authorities alone, or by the register of this installation."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from services.documents.app import create_app
from services.documents.config import DocumentsSettings
from services.documents.models import Document, db
from services.documents.schemas.verification import IdentityOut
from services.documents.service.identity import Identity
from services.documents.verification.command import (
    BadAnchor,
    Judge,
    Told,
    judge_by,
    verify_files,
    words_of,
)
from services.documents.verification.sentences import N_
from services.documents.verification.words import Say
from services.documents.verifying import judge
from shared.calendar_cz import prague_day
from shared.config import SettingsError, load_or_exit
from shared.db import engine_options
from shared.document_kinds import BY_CODE

LANGUAGES = ("cs", "en", "de")
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
DEVELOPMENT_ANCHOR = Path("var/documents/pki/root.pem")


class NoRegister(Exception):
    """The settings lead to no register of documents."""


@click.command(help="Verify signed PDF files, and those of folders, without a running product.")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE...",
)
@click.option(
    "--trust",
    type=click.Path(exists=True, path_type=Path),
    help="Folder with certificates of trusted authorities (.pem, .crt, .cer, .der). "
    "Default: the development authority under var, if there is one.",
)
@click.option(
    "--register",
    "by_register",
    is_flag=True,
    help="Judge as the public page does: by the authorities and the register of this "
    "installation, which its settings (VYZVA_...) lead to. Nothing is changed.",
)
@click.option(
    "--record",
    type=click.UUID,
    help="With --register: the document that the file must be, as its QR code names it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option(
    "--language",
    "--lang",
    type=click.Choice(LANGUAGES),
    default=lambda: language_of(os.environ),
    help="Language of the words. Default: that of the system, else Czech.",
)
def verify(
    *,
    files: tuple[Path, ...],
    trust: Path | None,
    by_register: bool,
    record: UUID | None,
    as_json: bool,
    language: str,
) -> None:
    """Verify files; status 0 passed, 1 failed, 3 undecided."""
    if by_register and trust:
        raise click.UsageError("--register has the authorities of the settings, not --trust.")
    if record and not by_register:
        raise click.UsageError("--record needs --register.")
    say = words_of(language)
    chosen = (
        _by_register(record, language) if by_register else judge_by(trust or DEVELOPMENT_ANCHOR)
    )
    raise SystemExit(_status(files, chosen, as_json=as_json, say=say))


def _status(
    files: tuple[Path, ...], chosen: AbstractContextManager[Judge], *, as_json: bool, say: Say
) -> int:
    try:
        with chosen as found:
            return verify_files(files, found, as_json=as_json, say=say)
    except BadAnchor as error:
        told = say(N_("Soubor %(name)s není certifikát."), name=str(error))
        raise click.ClickException(told) from error
    except NoRegister as error:
        told = say(N_("Nastavení nevede k žádné evidenci dokumentů: %(why)s"), why=str(error))
        raise click.ClickException(told) from error


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language of the system that is one of ours, else Czech.

    Source:
        POSIX.1-2017, 8.2, and GNU gettext, 2.3: which variable wins; LANGUAGE is a list.
    """
    told = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    wanted = (one[:2].lower() for one in told.split(":"))
    return next((one for one in wanted if one in LANGUAGES), LANGUAGES[0])


@contextmanager
def _by_register(record: UUID | None, language: str) -> Iterator[Judge]:
    """Give what judges files as the public page does.

    Raises:
        NoRegister: see the class.
    """
    settings = load_or_exit(DocumentsSettings)
    _check_register(settings.database)
    try:
        app = create_app(settings)
    except SettingsError as error:
        raise NoRegister(str(error).strip()) from error
    tools, say = app.extensions["documents-tools"], words_of(language)

    def told(data: bytes) -> Told:
        judged = judge(tools, db.session(), data, record_id=record)
        if judged.identity is None:
            return Told(judged.report)
        document = IdentityOut().dump(judged.identity)
        return Told(judged.report, document, tuple(_lines(judged.identity, language, say)))

    with app.app_context():
        yield told


def _check_register(address: str) -> None:
    """Look before anything is opened: a wrong folder must not become an installation.

    Raises:
        NoRegister: see the class.
    """
    place = make_url(address)
    name = place.render_as_string()
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file():
        raise NoRegister(name)
    engine = create_engine(address, **engine_options(address))
    try:
        is_there = inspect(engine).has_table(Document.__tablename__)
    except SQLAlchemyError as error:
        raise NoRegister(name) from error
    finally:
        engine.dispose()
    if not is_there:
        raise NoRegister(name)


def _lines(found: Identity, language: str, say: Callable[..., str]) -> Iterator[str]:
    """Yield which document of ours it is."""
    kind = BY_CODE[found.kind].name(language) if found.kind in BY_CODE else found.kind
    day = f"{prague_day(found.issued_at)}" if found.issued_at else say(N_("dosud nevydáno"))
    yield f"  {say(N_('Číslo jednací'))}: {found.number}"
    yield f"  {say(N_('Druh'))}: {kind}"
    yield f"  {say(N_('Vydáno'))}: {day}"
    yield f"  {say(N_('Záznam'))}: {found.record_id}"
