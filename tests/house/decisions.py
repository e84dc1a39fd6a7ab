"""Ambiguity of the process -> how it was decided, by which setting, and the test of it."""

from tests.house.proofs import (
    ACTS,
    ALLOCATION,
    ANNOUNCING,
    CALLS,
    CHANNELS,
    CONFLICTS,
    CONTROL,
    CONTROLS,
    DELEGATED,
    DELEGATIONS,
    GOLDEN,
    LISTED,
    PAPER,
    PERIODS,
    RECEIVED,
    RECEIVING,
    RESOLUTION,
    RULES,
    SELECTION,
    SETTINGS,
    SPREAD,
    STORY,
)

DECISIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "A1": (
        "Three weeks from the day of publication, which does not count; the close has an hour and "
        "is a working day.",
        "`call_open` (3 weeks)",
        (
            ANNOUNCING + "call_is_open_at_least_three_weeks",
            SETTINGS + "d1_a_longer_period_holds_a_call_open_longer",
        ),
    ),
    "A2": (
        "The director delegates, from a day to a day, each act separately; a delegation is "
        "revocable.",
        "",
        (
            DELEGATIONS + "without_role_and_delegation_nobody_registers",
            DELEGATED + "a_delegate_appoints_and_the_records_name_the_delegation",
            DELEGATED + "a_delegation_taken_back_ends_at_once",
            DELEGATED + "a_delegation_gives_nothing_after_its_last_day",
            ACTS + "a_delegate_assigns_and_the_record_names_the_delegation",
        ),
    ),
    "A3": (
        "A refusal is a record with reasons and a letter; a new try is possible until the close.",
        "",
        (
            RECEIVING + "r18_refusal_has_reasons_and_a_letter",
            RECEIVING + "a3_resubmission_is_possible_until_the_close",
            RECEIVING + "a3_resubmission_after_the_close_is_refused",
        ),
    ),
    "A4": (
        "The director decides a disagreement of the controllers, with reasons.",
        "",
        (CONTROL + "the_director_decides_a_disagreement_with_reasons",),
    ),
    "A5": (
        "A registrar may control, and it is reported. Who controls declares his interests first, "
        "in a signed document, and controls nothing he is tied to.",
        "`staff_declaration` (mandatory)",
        (
            CONTROLS + "a_registrar_may_control_but_it_is_reported",
            CONTROL + "nobody_controls_before_the_declaration_is_signed",
            CONTROL + "a_tied_controller_controls_nothing_of_the_applicant",
            CONTROL + "a_call_without_the_duty_asks_for_no_declaration",
        ),
    ),
    "A6": (
        "The repair counts from delivery, fiction included; the fixed date is a working day.",
        "`repair` (7 calendar days), `deficiency_rounds` (1)",
        (
            PERIODS + "r35_the_fixed_date_leaves_the_period_of_the_call",
            CONTROLS + "the_proposed_date_always_leaves_seven_days_after_delivery",
            CONTROL + "only_one_round_is_allowed_by_default",
        ),
    ),
    "A7": (
        "The control of this application ends with the last signature of its second controller.",
        "",
        (CONTROL + "the_control_ends_only_with_the_last_of_four_signatures",),
    ),
    "A8": (
        "Dispatch meets the duty; the day of delivery is kept apart.",
        "",
        (
            CONTROL + "the_notice_goes_out_for_the_director_and_by_data_box",
            CONTROL + "the_day_of_delivery_is_kept_apart",
        ),
    ),
    "A9": (
        "One body with two acts: the evaluators of the call also meet to recommend. Two bodies "
        "are not possible yet.",
        "",
        (SELECTION + "a_head_that_cannot_be",),
    ),
    "A10": (
        "Every kind of link forbids the linked project; those that make an applicant forbid the "
        "fiche.",
        "",
        (
            CONFLICTS + "every_link_type_forbids_the_linked_project",
            CONFLICTS + "a_tie_that_makes_nobody_an_applicant_leaves_competitors_free",
        ),
    ),
    "A11": (
        "A municipality and its organisations are one class, by kind and by founder.",
        "",
        (CONFLICTS + "rules_follow_the_links",),
    ),
    "A12": (
        "Rule 0: nobody evaluates a linked project, in any fiche.",
        "",
        (CONFLICTS + "every_link_type_forbids_the_linked_project",),
    ),
    "A13": (
        "A week ahead is a duty; less needs a recorded exception.",
        "`presentation_change` (7 calendar days)",
        (
            PERIODS + "r59_a_change_of_presentations_is_told_by_the_period_of_the_call",
            ACTS + "less_than_a_week_needs_a_recorded_exception",
            LISTED + "shorter_notice_passes_only_with_a_recorded_reason",
        ),
    ),
    "A14": (
        "The mean over evaluators of the sum over criteria, exact; minimum and chain of ties "
        "stand in the rule of the call.",
        "`min_points`, `tie_break` of the call",
        (
            RULES + "points_are_the_mean_over_evaluators_of_the_sum_over_criteria",
            ALLOCATION + "equal_points_are_decided_by_the_declared_chain",
            ALLOCATION + "the_unrecommended_and_the_weak_get_nothing",
        ),
    ),
    "A15": (
        "Above the threshold the director decides with a reason: all score together, a further "
        "evaluator, or the difference is accepted. Until then the project does not go on.",
        "`spread_percent` (30 % of the most points; the sources give no number)",
        (
            SPREAD + "the_project_waits_and_the_committee_cannot_meet",
            SPREAD + "only_a_difference_above_the_threshold_stops_the_project",
            SPREAD + "all_score_together_again_and_sign_again",
            SPREAD + "a_third_evaluator_settles_it",
            SPREAD + "an_accepted_difference_lets_the_project_go_on",
        ),
    ),
    "A16": (
        "An untrue statement has an effect: none, points off, or no recommendation.",
        "",
        (
            RULES + "a_visit_needs_the_evaluators_or_the_whole_committee",
            RULES + "a_deduction_never_goes_below_zero",
            SELECTION + "an_untrue_statement_forbids_the_recommendation",
        ),
    ),
    "A17": (
        "Absence from the presentation is recorded and has no effect; a setting of the call comes "
        "later.",
        "",
        (RULES + "attendance_is_recorded_after_the_session_and_for_everybody",),
    ),
    "A18": (
        "More than half of those entitled are present, more than half of those present agree; "
        "members in conflict leave the vote. Other shares cannot be set yet.",
        "",
        (
            RESOLUTION + "a_vote_that_decides_nothing",
            SELECTION + "a_conflicted_member_leaves_the_vote",
        ),
    ),
    "A19": (
        "The rule of the call says: stop, skip, name as borderline, or pay in part.",
        "`on_misfit` of the call",
        (
            GOLDEN + "skipping_adds_what_the_golden_vector_says",
            ALLOCATION + "a_borderline_project_is_named_and_gets_nothing",
            ALLOCATION + "a_partial_grant_takes_the_rest_and_ends_the_queue",
        ),
    ),
    "A20": (
        "Considering under-drawn fiches needs a declared mechanism.",
        "`underdrawn_mechanism` of the call",
        (
            ANNOUNCING + "unusable_rule_is_refused",
            GOLDEN + "call_8_transfers_to_underdrawn_fiches_first",
        ),
    ),
    "A21": (
        "Tiers are strict; within a tier all fiches share one order by points.",
        "`tiers` of the call",
        (GOLDEN + "projects_are_paid_in_the_order_of_the_golden_vector",),
    ),
    "A22": (
        "Before publication the call is reopened and its amount approved anew; above the amount "
        "the assembly needs a reason. A change in between comes later.",
        "",
        (
            CALLS + "r66_fiches_stand_still_once_the_amount_is_recommended",
            RESOLUTION + "the_assembly_may_depart_with_reasons_even_above_the_preliminary_amount",
        ),
    ),
    "A23": (
        "The label stays as in the seed (NUTS5); the code is that of the municipality.",
        "",
        (
            STORY + "list_is_made_signed_and_published",
            "tests/registry/domain/test_applicants.py::test_wrong_municipality_code_is_refused",
        ),
    ),
    "A24": (
        "The list has its five columns and no more; a date of birth is not even taken.",
        "",
        (
            RECEIVED + "r23_list_has_exactly_the_five_columns",
            "tests/registry/test_bad_input.py::test_bad_applicant_is_refused",
        ),
    ),
    "A25": (
        "Posting counts with its date, tracking number and a scan of the slip; with an advice of "
        "receipt it is delivered only by the day and the scan of the advice.",
        "`VYZVA_DOCUMENTS_POSTING_SLIP`, `VYZVA_DOCUMENTS_ADVICE_OF_RECEIPT`",
        (
            CHANNELS + "posting_needs_a_real_proof",
            PAPER + "a_bad_scan_changes_nothing",
            PAPER + "with_an_advice_nothing_is_presumed",
        ),
    ),
    "A26": (
        "An application can be withdrawn, presentations have their record; a review of either "
        "notice is asked for once, in a period from delivery, and decided by somebody who has "
        "not judged the project. What an upheld review changes stands in its decision as a "
        "measure; no state moves by itself. Retention comes later.",
        "`review_days` (15 calendar days; not confirmed)",
        (
            "tests/evaluation/test_reviews.py"
            "::test_r98_the_decision_on_a_review_goes_to_the_applicant",
            "tests/evaluation/domain/test_reviews.py::test_the_period_counts_from_delivery",
            "tests/evaluation/domain/test_reviews.py"
            "::test_whoever_judged_the_project_does_not_review_it",
            "tests/registry/test_at_once.py::test_withdrawn_application_is_told_to_evaluation",
            CONTROL + "a_withdrawn_application_stops",
        ),
    ),
}
