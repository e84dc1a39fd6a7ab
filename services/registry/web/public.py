"""Public pages: no account, permanent addresses, exactly what was published."""

from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from services.registry.desk import clock
from services.registry.domain.publication import cells
from services.registry.founding import present_offer
from services.registry.models import Call, Organisation, db
from services.registry.service import public
from services.registry.service.lists import rows_of
from services.registry.service.plans import rule_of
from services.registry.service.public import PublicResults
from services.registry.web.public_lists import received_list, result_list, results_file
from shared.auth import PUBLIC, access
from shared.web import select_language
from shared.web.tables import matching_of, page_of

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@access(PUBLIC)
def home() -> Response | str:
    """Lead to the one organisation, or list those that work here."""
    found = public.organisations(db.session())
    if len(found) == 1:
        return redirect(url_for("public.organisation", slug=found[0].slug))
    if not found and present_offer(current_app) is not None:
        return redirect(url_for("founding.setup"))
    return render_template("public/home.html", organisations=found)


@blueprint.get("/mas/<slug>")
@access(PUBLIC)
def organisation(slug: str) -> str:
    """The organisation's home page: what is new, which calls are open."""
    found = _organisation(slug)
    news = public.news(db.session(), found.id)
    calls = public.published_calls(db.session(), found.id)
    return render_template(
        "public/organisation.html", organisation=found, news=news, calls=calls, now=clock().now()
    )


@blueprint.get("/mas/<slug>/vyzvy")
@access(PUBLIC)
def calls(slug: str) -> str:
    """Every call that was ever published, the newest first."""
    found = _organisation(slug)
    published = public.published_calls(db.session(), found.id)
    return render_template(
        "public/calls.html", organisation=found, calls=published, now=clock().now()
    )


@blueprint.get("/mas/<slug>/vyzvy/<int(max=99999):number>")
@access(PUBLIC)
def call(slug: str, number: int) -> str:
    """One call: everything that was published about it."""
    found = _organisation(slug)
    shown = _call(found, number)
    return render_template(
        "public/call.html",
        organisation=found,
        call=shown,
        rule=rule_of(shown),
        published=public.publication_of(db.session(), shown),
        now=clock().now(),
    )


@blueprint.get("/mas/<slug>/vyzvy/<int(max=99999):number>/prijate-zadosti")
@access(PUBLIC)
def received(slug: str, number: int) -> str:
    """The published list of received applications: exactly five columns."""
    found = _organisation(slug)
    shown = _call(found, number)
    published = public.published_list(db.session(), shown)
    if published is None:
        abort(404)
    every = rows_of(published)
    listed = page_of(every, received_list(every), request.args)
    return render_template(
        "public/received.html",
        organisation=found,
        call=shown,
        received=published,
        listed=listed,
        rows=[cells(row, language=select_language()) for row in listed.items],
    )


@blueprint.get("/mas/<slug>/vyzvy/<int(max=99999):number>/vysledky")
@access(PUBLIC)
def results(slug: str, number: int) -> str:
    """The published results."""
    found = _organisation(slug)
    shown = _call(found, number)
    published = _results(shown)
    listed = page_of(published.lines, result_list(published.lines), request.args)
    published.names.load([line.row.application_id for line in listed.items])
    return render_template(
        "public/results.html", organisation=found, call=shown, results=published, listed=listed
    )


@blueprint.get("/mas/<slug>/vyzvy/<int(max=99999):number>/vysledky.csv")
@access(PUBLIC)
def results_table(slug: str, number: int) -> Response:
    """The published results as a file: exactly what the filters leave, on all pages."""
    lines = _results(_call(_organisation(slug), number)).lines
    return results_file(number, matching_of(lines, result_list(lines), request.args))


@blueprint.get("/mas/<slug>/predpisy/<uuid:regulation_id>")
@access(PUBLIC)
def regulation(slug: str, regulation_id: UUID) -> str:
    """A version of the regulation on transparency that a published call pins."""
    found = _organisation(slug)
    shown = public.published_regulation(db.session(), found.id, regulation_id)
    if shown is None:
        abort(404)
    return render_template("public/regulation.html", organisation=found, regulation=shown)


def _organisation(slug: str) -> Organisation:
    found = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None:
        abort(404)
    return found


def _results(shown: Call) -> PublicResults:
    published = public.published_results(db.session(), shown)
    if published is None:
        abort(404)
    return published


def _call(found: Organisation, number: int) -> Call:
    shown = public.published_call(db.session(), found.id, number)
    if shown is None:
        abort(404)
    return shown
