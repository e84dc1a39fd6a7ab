"""Commands about files, seals and trust lists, without a running product."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from services.documents.adapters.files import StoreFull, StoreUnavailable
from services.documents.certification import load_certificates
from services.documents.config import DocumentsSettings
from services.documents.domain.risks import CHANGED, MISSING
from services.documents.domain.trust_lists import TrustedList
from services.documents.outfit import live_problems, make_outfit, stamp_problems
from services.documents.rotating import CannotRotate, rotate
from services.documents.service.risk_notices import note_check
from services.documents.signing.trust_lists import BadList, ListShelf
from services.documents.signing.ways.tokens import TokenPlace, Tokens
from services.documents.storage.checking import Found, check_store, named_files
from services.documents.storage.choosing import KINDS, open_store
from services.documents.storage.containers import changed_bundles
from services.documents.storage.copying import Copied, copy_all
from shared.app import make_clock
from shared.clock import SystemClock
from shared.config import SettingsError, load_or_exit
from shared.db import engine_options, prepare_engine, reading, transaction

STEP = 100
kinds = click.Choice(KINDS)


@click.group("files", help="The files of documents.")
def files() -> None:
    """Collect the commands."""


@files.command("check", help="Compare every file with the database.")
@click.option("--store", "kind", type=kinds, default=None, help="Another store than the one used.")
def check(kind: str | None) -> None:
    """End with status 1 when a file is missing or damaged, or a bundle is not what was made."""
    settings = load_or_exit(DocumentsSettings)
    database, found = _database(settings.database), Found()
    named, store = _named(database), open_store(settings, kind or "")
    try:
        for found in check_store(store, named):
            _tell(found.seen, len(named))
        changed = _changed(database)
    except StoreUnavailable as error:
        raise _stopped(error) from error
    _list("CHYBÍ", found.missing)
    _list("POŠKOZEN", found.damaged)
    _list("nikam nepatří", found.orphaned)
    _list("ZMĚNĚNÝ DŮKAZNÍ BALÍČEK", changed)
    click.echo(
        f"V pořádku {found.whole}, chybí {len(found.missing)}, poškozených {len(found.damaged)}, "
        f"nikam nepatří {len(found.orphaned)}."
    )
    if not kind or kind == settings.store:
        _note(database, found, make_clock(settings).now())
    database.dispose()
    raise SystemExit(0 if found.is_good and not changed else 1)


@files.command("copy", help="Copy all files to another store and compare each; may be repeated.")
@click.argument("source", type=kinds)
@click.argument("target", type=kinds)
def copy(source: str, target: str) -> None:
    """End with status 1 when a file of the source is damaged."""
    if source == target:
        raise click.UsageError("Zdroj a cíl jsou totéž úložiště.")
    settings, state = load_or_exit(DocumentsSettings), Copied()
    try:
        for state in copy_all(open_store(settings, source), open_store(settings, target)):
            _tell(state.seen)
    except (StoreFull, StoreUnavailable) as error:
        raise _stopped(error) from error
    _list("POŠKOZEN", state.damaged)
    click.echo(
        f"Zkopírováno {state.copied}, už tam bylo {state.there}, "
        f"poškozených {len(state.damaged)}. Zdroj zůstal, jak byl."
    )
    raise SystemExit(1 if state.damaged else 0)


@click.group("seals", help="The seals and time stamp authorities of the settings.")
def seals() -> None:
    """Collect the commands."""


@seals.command("check", help="Try every seal and every time stamp authority once.")
def check_seals() -> None:
    """End with status 1 when one of them does not work; nothing that is made is kept."""
    settings, at = load_or_exit(DocumentsSettings), SystemClock().now()
    tokens = Tokens([TokenPlace(one.module, one.label) for one in settings.tokens])
    try:
        outfit = make_outfit(settings, tokens, at)
    except SettingsError as error:
        raise click.ClickException(f"Nastavení nelze použít:\n{error}") from error
    wrong = list(live_problems(outfit, settings, at))
    wrong += stamp_problems(outfit, settings.var / "documents" / "time-stamps", at)
    for line in wrong:
        click.echo(line.strip())
    count = len(outfit.seals) + len(outfit.stamps)
    click.echo(f"Vyzkoušeno {count}, s chybou {len(wrong)}.")
    raise SystemExit(1 if wrong or not count else 0)


@seals.command("rotate", help="Put a new seal in the place of the old one; see operations.md.")
@click.argument("entry", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rotate_seal(entry: Path) -> None:
    """End with status 1 when nothing was changed."""
    settings = load_or_exit(DocumentsSettings)
    tokens = Tokens([TokenPlace(one.module, one.label) for one in settings.tokens])
    database = _database(settings.database)
    try:
        with Session(database) as session:
            done = rotate(settings, session, tokens, make_clock(settings), entry.read_bytes())
    except CannotRotate as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.dispose()
    since = f"{done.since.day}. {done.since.month}. {done.since.year}"
    click.echo(f"Pečeť {done.fingerprint} pečetí od {since}; dřívější od téhož dne ne.")
    click.echo("Spusťte služby documents znovu, jinak pečetí dál tou dřívější.")


@click.group("trust-lists", help="Trust lists (ETSI TS 119 612): who is qualified.")
def trust_lists() -> None:
    """Collect the commands."""


@trust_lists.command("import", help="Keep a list that a certificate of the settings has signed.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_list(file: Path) -> None:
    """End with status 1 when the list cannot be believed."""
    try:
        found = _shelf().add(file.read_bytes())
    except BadList as error:
        raise click.ClickException(f"Seznam nelze přijmout: {error}") from error
    click.echo(_list_line(found))


@trust_lists.command("show", help="Say which lists are kept, and whether newer ones are due.")
def show_lists() -> None:
    """End with status 1 when there is none, or one is out of date."""
    found = _shelf().lists()
    for one in found:
        click.echo(_list_line(one))
    now = SystemClock().now()
    raise SystemExit(0 if found and not any(one.is_stale(now) for one in found) else 1)


def _shelf() -> ListShelf:
    settings = load_or_exit(DocumentsSettings)
    signers = load_certificates(settings.trust_list_signers)
    if not signers:
        raise click.ClickException("Nastavte VYZVA_DOCUMENTS_TRUST_LIST_SIGNERS: kdo podepisuje.")
    return ListShelf(settings.var / "documents" / "trust-lists", signers)


def _list_line(one: TrustedList) -> str:
    due = f"{one.next_update:%Y-%m-%d}" if one.next_update else "nikdy"
    stale = " – PROPADLÝ" if one.is_stale(SystemClock().now()) else ""
    return f"Seznam {one.version}: služeb {len(one.services)}, další do {due}{stale}"


def _database(address: str) -> Engine:
    engine = create_engine(address, **engine_options(address))
    prepare_engine(engine)
    return engine


def _named(database: Engine) -> set[str]:
    with reading(), Session(database) as session:
        return named_files(session)


def _changed(database: Engine) -> list[str]:
    with reading(), Session(database) as session:
        return [str(one) for one in changed_bundles(session)]


def _note(database: Engine, found: Found, at: datetime) -> None:
    """Let the list of documents at risk know."""
    faults = dict.fromkeys(found.missing, MISSING) | dict.fromkeys(found.damaged, CHANGED)
    with Session(database) as session, transaction(session):
        note_check(session, faults, found.whole, at)


def _tell(seen: int, of: int | None = None) -> None:
    if seen and seen % STEP == 0:
        click.echo(f"{seen} z {of} souborů" if of else f"{seen} souborů", err=True)


def _list(word: str, names: Sequence[str]) -> None:
    for name in names:
        click.echo(f"{word}: {name}")


def _stopped(error: StoreFull | StoreUnavailable) -> click.ClickException:
    word = "je plné" if isinstance(error, StoreFull) else "neodpovídá"
    return click.ClickException(
        f"Úložiště {word} ({error.params['reason']}). Spusťte příkaz znovu, naváže."
    )
