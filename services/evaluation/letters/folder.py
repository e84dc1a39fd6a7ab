"""The lines that evaluation adds to the project folder in registry."""

from services.evaluation.domain.spread import SpreadOutcome

SPREAD = {
    SpreadOutcome.JOINT: "Ředitelka rozhodla o rozdílu bodů: hodnotitelé hodnotí znovu společně",
    SpreadOutcome.THIRD: "Ředitelka rozhodla o rozdílu bodů: projekt ohodnotí další hodnotitel",
    SpreadOutcome.ACCEPT: "Ředitelka rozhodla o rozdílu bodů: rozdíl se přijímá",
}
EXCLUDED_SHEET = "Bodovací list hodnotitele {name} vyřazen pro střet zájmů"
BY_DELEGATION = " (na základě pověření ředitelky)"
"""Added to an act that somebody did in the director's place (R14, A2)."""
ACTS = {
    "appoint_controllers": "Pověřeny dvě osoby k administrativní kontrole",
    "call_deficiency": "Výzva k odstranění nedostatků",
    "record_repair": "Nedostatky odstraněny, kontrola pokračuje",
    "expire_deficiency": "Nedostatky nebyly v termínu odstraněny",
    "pass_control": "ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI: projekt je přijatelný",
    "fail_control": "ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI: projekt není přijatelný",
    "notify_control": "Odesláno Oznámení o provedení administrativní kontroly",
    "notify_exclusion": "Odesláno Oznámení o provedení administrativní kontroly",
    "assign_evaluators": "Projekt přidělen hodnotitelům",
    "complete_scores": "Hodnotitelé podepsali bodovací listy",
    "complete_onsite": "Provedena kontrola ex ante na místě",
    "present": "Projekt na programu veřejných prezentací",
    "discuss": "Projekt projednala výběrová komise",
    "recommend": "Výběrová komise projekt doporučila",
    "not_recommend": "Výběrová komise projekt nedoporučila",
    "approve": "Valná hromada projekt schválila",
    "reject": "Valná hromada projekt neschválila",
    "put_in_reserve": "Valná hromada zařadila projekt mezi náhradníky",
    "notify_result": "Odesláno oznámení o výsledku výběru projektů",
    "withdraw": "Žadatel vzal žádost zpět",
}
