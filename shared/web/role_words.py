"""Names of the roles of people."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

ROLES = {
    "director": N_("ředitelka"),
    "assistant": N_("asistentka"),
    "registrar": N_("příjem žádostí"),
    "controller": N_("kontrolor"),
    "evaluator": N_("hodnotitel"),
    "committee": N_("výběrová komise"),
    "programme_committee": N_("programový výbor"),
    "assembly": N_("zapisovatel valné hromady"),
    "auditor": N_("auditor"),
    "operator": N_("správce systému"),
}
