"""Words of the kinds of documents; the same wherever a document is named."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

DOCUMENT_KINDS = {
    "control_sheet": N_("kontrolní arch"),
    "intake_record": N_("záznam PŘÍJEM ŽÁDOSTI"),
    "registration_receipt": N_("potvrzení o registraci"),
    "refusal": N_("odmítnutí registrace"),
    "received_list": N_("seznam přijatých žádostí"),
    "allocation_decision": N_("rozhodnutí programového výboru"),
    "drawdown_report": N_("stav čerpání strategie"),
    "control_list": N_("kontrolní list"),
    "control_entry": N_("záznam ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI"),
    "deficiency_call": N_("výzva k odstranění nedostatků"),
    "control_notice": N_("oznámení o administrativní kontrole"),
    "interest_declaration": N_("prohlášení o střetu zájmů"),
    "print_receipt": N_("potvrzení o převzetí vytištěných podkladů"),
    "score_sheet": N_("bodovací list"),
    "onsite_record": N_("záznam o kontrole ex ante"),
    "presentation_record": N_("záznam o veřejných prezentacích"),
    "presentation_notice": N_("změna termínu prezentací"),
    "committee_minutes": N_("zápis z jednání výběrové komise"),
    "resolution": N_("usnesení valné hromady"),
    "result_notice": N_("oznámení o výsledku"),
    "hand_over_receipt": N_("záznam o předání"),
}
