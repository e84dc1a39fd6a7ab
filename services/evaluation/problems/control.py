"""Errors of the administrative control."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.evaluation.domain import controls, declarations, deficiency
from services.evaluation.service import errors
from shared.errors import DomainError
from shared.problems import Problem

CONTROL: dict[type[DomainError], Problem] = {
    controls.WrongNumberOfControllers: Problem(
        422,
        "wrong-number-of-controllers",
        N_("Kontrolou pověřte právě %(required)s osoby, vybráno je %(given)s."),
    ),
    controls.SameControllerTwice: Problem(
        422, "same-controller-twice", N_("Kontrolu provádějí dvě různé osoby.")
    ),
    controls.ControlListEmpty: Problem(
        422,
        "control-list-empty",
        N_("Kontrolní list musí mít aspoň jedno kritérium přijatelnosti."),
    ),
    controls.AttachmentNotCovered: Problem(
        422, "attachment-not-covered", N_("Kontrolní list neobsahuje přílohy: %(codes)s.")
    ),
    controls.DuplicateItemCode: Problem(
        422, "duplicate-item-code", N_("Tyto značky jsou v kontrolním listu dvakrát: %(codes)s.")
    ),
    controls.ControlListFrozen: Problem(
        409, "control-list-frozen", N_("Kontrolní list byl uzamčen %(frozen_at)s a už se nemění.")
    ),
    controls.ControlListNotFrozen: Problem(
        409,
        "control-list-not-frozen",
        N_("Kontrola může začít, až bude kontrolní list připravený a uzamčený."),
    ),
    declarations.StaffDeclarationMissing: Problem(
        409,
        "staff-declaration-missing",
        N_("Než začnete kontrolovat, podejte a podepište prohlášení o střetu zájmů k této výzvě."),
    ),
    declarations.ControllerTied: Problem(
        409,
        "controller-tied",
        N_("%(name)s má vztah k žadateli nebo projektu %(number)s, a proto jej nekontroluje."),
    ),
    errors.TemplateMissing: Problem(
        409, "control-list-missing", N_("Pro fichi %(fiche)s není připravený kontrolní list.")
    ),
    controls.NotAppointedController: Problem(
        403,
        "not-appointed-controller",
        N_("Kontrolou žádosti %(number)s nejste pověřeni."),
    ),
    controls.ControlListIncomplete: Problem(
        422,
        "control-list-incomplete",
        N_("Kontrolní list není celý vyplněný, chybí odpověď: %(items)s."),
    ),
    controls.UnknownControlItem: Problem(
        422, "unknown-control-item", N_("Kontrolní list nemá položky: %(codes)s.")
    ),
    controls.FindingWithoutNote: Problem(
        422, "finding-without-note", N_("U zjištěného nedostatku napište, v čem je: %(items)s.")
    ),
    controls.ConclusionContradictsFindings: Problem(
        422,
        "conclusion-contradicts-findings",
        N_(
            "Závěr neodpovídá zjištěním. Přijatelný je projekt bez nedostatků, nepřijatelný "
            "projekt aspoň s jedním."
        ),
    ),
    controls.AlreadyConcluded: Problem(
        409, "already-concluded", N_("Svůj závěr jste už učinili %(concluded_at)s.")
    ),
    controls.NothingToDecide: Problem(
        409, "nothing-to-decide", N_("Kontrolující se neliší, není o čem rozhodovat.")
    ),
    controls.DecisionWithoutReason: Problem(
        422, "decision-without-reason", N_("Rozhodnutí odůvodněte.")
    ),
    errors.ControlAlreadyStarted: Problem(
        409,
        "control-already-started",
        N_("U žádosti %(number)s už kontrola proběhla, pověření nelze změnit."),
    ),
    deficiency.NoDeficiency: Problem(
        409, "no-deficiency", N_("Kontrola žádosti %(number)s nezjistila nic k odstranění.")
    ),
    deficiency.NoRoundLeft: Problem(
        409,
        "no-round-left",
        N_("Žadatele lze vyzvat nejvýše %(rounds_allowed)s×. Další výzva není možná."),
    ),
    deficiency.FixedDateTooEarly: Problem(
        422,
        "fixed-date-too-early",
        N_(
            "Termín musí být nejdříve %(earliest)s. Kdyby žadatel zprávu neotevřel, doručí se "
            "až desátý den a na odstranění nedostatků musí zbýt aspoň 7 dní "
            "(odeslání %(dispatched_on)s)."
        ),
    ),
    deficiency.FixedDateNotWorkingDay: Problem(
        422,
        "fixed-date-not-working-day",
        N_("%(fixed_date)s není pracovní den. Nejbližší další je %(next_working_day)s."),
    ),
    deficiency.DeficiencyWithoutText: Problem(
        422, "deficiency-without-text", N_("Napište, které nedostatky má žadatel odstranit.")
    ),
    deficiency.RepairAfterFixedDate: Problem(
        422,
        "repair-after-fixed-date",
        N_("Nedostatky byly odstraněny až %(repaired_on)s, termín byl %(fixed_date)s."),
    ),
    deficiency.NotYetExpired: Problem(
        409, "not-yet-expired", N_("Termín %(fixed_date)s ještě neuplynul.")
    ),
    errors.DeficiencyCallMissing: Problem(
        409, "deficiency-call-missing", N_("Žádost %(number)s nemá otevřenou výzvu k nápravě.")
    ),
    errors.DeliveryNotKnown: Problem(
        409, "delivery-not-known", N_("Výzva k odstranění nedostatků zatím nebyla doručena.")
    ),
    errors.DeliveredTooLate: Problem(
        409,
        "delivered-too-late",
        N_(
            "Výzva byla doručena až %(delivered_on)s, do termínu %(fixed_date)s nezbývalo 7 dní. "
            "Případ nelze pro zmeškání uzavřít."
        ),
    ),
}
