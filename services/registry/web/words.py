"""Words for codes: the same word everywhere."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from wtforms import SelectChoice

from services.registry.models import Call
from shared.web.document_kinds import DOCUMENT_KINDS
from shared.web.role_words import ROLES

CALL_STATES = {
    "draft": (N_("připravuje se"), "wait"),
    "allocation_recommended": (N_("čeká na programový výbor"), "wait"),
    "allocation_approved": (N_("částka schválena"), "go"),
    "published": (N_("vyhlášena"), "good"),
    "closed": (N_("příjem ukončen"), "off"),
    "decided": (N_("rozhodnuto"), "good"),
    "discarded": (N_("návrh zahozen"), "off"),
}
"""A call whose results are published shows as decided; that is no state of its own."""
APPLICATION_STATES = {
    "received": (N_("přijata k posouzení"), "wait"),
    "refused": (N_("odmítnuta"), "bad"),
    "registered": (N_("zaregistrována"), "good"),
    "withdrawn": (N_("stažena"), "off"),
}
LIST_STATES = {
    "made": (N_("čeká na podpis"), "wait"),
    "signed": (N_("podepsán"), "go"),
    "published": (N_("zveřejněn"), "good"),
    "cancelled": (N_("zrušen"), "off"),
    "late": (N_("po lhůtě"), "bad"),
}
DOCUMENT_STATES = {
    "draft": (N_("čeká na podpis"), "wait"),
    "signing": (N_("podepisuje se"), "wait"),
    "signed": (N_("podepsán"), "good"),
    "issued": (N_("vydán"), "good"),
    "cancelled": (N_("zrušen"), "off"),
}
# A state is called the same everywhere, in evaluation too.
CASE_STATES = {
    "registered": (N_("zaregistrována"), "good"),
    "admin_control": (N_("administrativní kontrola"), "go"),
    "deficiency_open": (N_("čeká se na odstranění nedostatků"), "wait"),
    "control_passed": (N_("kontrola: přijatelný"), "good"),
    "control_failed": (N_("kontrola: nepřijatelný"), "bad"),
    "expired": (N_("nedostatky neodstraněny"), "bad"),
    "excluded": (N_("vyřazeno, oznámeno"), "off"),
    "notified": (N_("kontrola oznámena"), "go"),
    "assigned": (N_("přiděleno hodnotitelům"), "go"),
    "evaluated": (N_("obodováno"), "go"),
    "ex_ante_done": (N_("kontrola ex ante provedena"), "go"),
    "presented": (N_("prezentováno"), "go"),
    "discussed": (N_("projednáno komisí"), "go"),
    "recommended": (N_("doporučeno"), "good"),
    "not_recommended": (N_("nedoporučeno"), "bad"),
    "approved": (N_("schváleno"), "good"),
    "rejected": (N_("neschváleno"), "bad"),
    "reserve": (N_("náhradník"), "wait"),
    "result_notified": (N_("výsledek oznámen"), "good"),
    "withdrawn": (N_("stažena"), "off"),
}
OUTCOMES = {
    "approved": (N_("schválen"), "good"),
    "reserve": (N_("náhradník"), "wait"),
    "rejected": (N_("neschválen"), "bad"),
}
ACTS = {
    "announce_call": N_("vyhlásit výzvu"),
    "register_application": N_("registrovat žádosti"),
    "appoint_controllers": N_("pověřit kontrolory"),
    "assign_evaluators": N_("přidělit projekty hodnotitelům"),
}
APPLICANT_KINDS = {
    "farmer": N_("zemědělec"),
    "company": N_("firma"),
    "municipality": N_("obec"),
    "municipal_body": N_("organizace zřízená obcí"),
    "ngo": N_("nezisková organizace"),
    "person": N_("fyzická osoba nepodnikající"),
}
CHANNELS = {
    "in_person": N_("osobně"),
    "data_carrier": N_("na datovém nosiči"),
    "email": N_("e-mailem"),
    "data_box": N_("datovou schránkou"),
    "post": N_("poštou"),
    "portal": N_("přes portál"),
}
IDENTITY_METHODS = {
    "document": N_("podle osobního dokladu"),
    "data_box": N_("žádost přišla z datové schránky žadatele"),
    "electronic_signature": N_("žádost nese ověřený elektronický podpis"),
}
IDENTITY_DOCUMENTS = {
    "identity_card": N_("občanský průkaz"),
    "passport": N_("cestovní pas"),
    "driving_licence": N_("řidičský průkaz"),
    "residence_permit": N_("povolení k pobytu"),
}
SIGNATURE_MANNERS = {
    "electronic": N_("elektronickým podpisem v souboru"),
    "on_spot": N_("na místě; podepsaný výtisk je naskenovaný"),
}
STANDINGS = {
    "applicant": N_("sám žadatel"),
    "statutory": N_("statutární orgán žadatele"),
    "authorised": N_("osoba zmocněná žadatelem"),
}
VERDICTS = {"yes": N_("ano"), "no": N_("ne"), "n_a": N_("nehodí se")}
AMOUNT_KINDS = {
    "maximum": N_("nejvyšší možná"),
    "adjustable": N_("lze ji upravit"),
    "preliminary": N_("předběžná"),
    "annual": N_("roční alokace"),
    "remainder": N_("zbytek alokace"),
}
RANKINGS = {
    "within_fiche": N_("v rámci jednotlivých fichí"),
    "regardless_of_fiche": N_("bez ohledu na fiche"),
}
MISFITS = {
    "stop": N_("výběr ve fichi končí"),
    "skip": N_("přeskočí se a pokračuje se dalším projektem"),
    "borderline": N_("projekt je hraniční, rozhodne valná hromada"),
    "partial": N_("projekt dostane jen zbývající částku"),
}
TRANSFERS = {
    "none": N_("nepřevádí se"),
    "automatic": N_("převede se podle bodů na další projekty"),
    "named": N_("převede se jen na projekty, které komise jmenovitě doporučí"),
}
MECHANISMS = {
    "extra_tier": N_("mají přednost jako zvláštní skupina"),
    "transfer_first": N_("mají přednost při převodu zbylých prostředků"),
    "manual": N_("rozhodne komise s odůvodněním"),
}
TIE_BREAKS = {
    "received_order": N_("dříve přijatá žádost"),
    "lower_request": N_("nižší požadovaná dotace"),
    "higher_request": N_("vyšší požadovaná dotace"),
}
PERIODS = {
    "call_open": N_("výzva otevřena nejméně"),
    "list_published": N_("seznam přijatých žádostí nejpozději po ukončení příjmu"),
    "repair": N_("na odstranění nedostatků nejméně"),
    "notice": N_("oznámení o administrativní kontrole nejpozději po jejím konci"),
    "presentation_change": N_("nový termín prezentací oznámit předem nejméně"),
}
"""Periods that can be set, in the order of the process."""
UNITS = {
    "calendar_days": N_("kalendářních dnů"),
    "working_days": N_("pracovních dnů"),
    "weeks": N_("týdnů"),
    "months": N_("měsíců"),
}
MESSAGE_KINDS = {
    "documents.put": N_("vytvoření dokumentu"),
    "documents.cancel": N_("zrušení dokumentu"),
    "mail.send": N_("e-mail členovi"),
    "parked.documents": N_("zpráva z Dokumentů"),
}


def choices(words: Mapping[str, object] | Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return codes with their words as choices of a form field."""
    pairs = words.items() if isinstance(words, Mapping) else words
    return [SelectChoice(code, word) for code, word in pairs]


def shown_state(call: Call, decided: Collection[UUID]) -> str:
    """Return the state under which people know the call."""
    return "decided" if call.id in decided else call.state


WORDS = {
    "call_states": CALL_STATES,
    "application_states": APPLICATION_STATES,
    "list_states": LIST_STATES,
    "document_states": DOCUMENT_STATES,
    "case_states": CASE_STATES,
    "shown_states": {**CASE_STATES, **APPLICATION_STATES},
    "outcomes": OUTCOMES,
    "roles": ROLES,
    "acts": ACTS,
    "applicant_kinds": APPLICANT_KINDS,
    "channels": CHANNELS,
    "identity_methods": IDENTITY_METHODS,
    "identity_documents": IDENTITY_DOCUMENTS,
    "signature_manners": SIGNATURE_MANNERS,
    "standings": STANDINGS,
    "verdicts": VERDICTS,
    "amount_kinds": AMOUNT_KINDS,
    "rankings": RANKINGS,
    "misfits": MISFITS,
    "transfers": TRANSFERS,
    "mechanisms": MECHANISMS,
    "tie_breaks": TIE_BREAKS,
    "document_kinds": DOCUMENT_KINDS,
    "message_kinds": MESSAGE_KINDS,
    "periods": PERIODS,
}
"""Every table of words, for templates: ``words.call_states[call.state]``."""
