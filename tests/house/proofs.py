"""Requirement -> the tests that prove it, best first, or a sentence on what is missing."""

CALLS = "tests/registry/test_calls.py::test_"
RECEIVING = "tests/registry/test_intake.py::test_"
RECEIVED = "tests/registry/test_received_list.py::test_"
PRESENTED = "tests/registry/test_presentations.py::test_"
ANNOUNCING = "tests/registry/domain/test_announcing.py::test_"
DELEGATIONS = "tests/registry/domain/test_delegations.py::test_"
INTAKE = "tests/registry/domain/test_intake.py::test_"
LISTED = "tests/registry/domain/test_publication.py::test_"
FOLDER = "tests/registry/test_folder.py::test_"
SETTINGS = "tests/registry/test_settings.py::test_"
PERIODS = "tests/evaluation/test_call_periods.py::test_"
BEFORE = "tests/registry/test_before_registration.py::test_"
OF_ACTS = "tests/registry/test_regulation_of_acts.py::test_"
DRAWN = "tests/registry/domain/test_drawdown.py::test_"
DRAWDOWN = "tests/registry/test_drawdown.py::test_"
STORY = "tests/registry/test_web_story.py::test_"
CALL_STATES = "tests/registry/domain/test_states.py::test_"
BETWEEN = "tests/registry/test_between_services.py::test_"
WRITING = "tests/documents/test_writing_pages.py::test_"
LASTING = "tests/documents/test_lasting.py::test_"
CONTROL = "tests/evaluation/test_control_acts.py::test_"
CONTROLS = "tests/evaluation/domain/test_controls.py::test_"
ACTS = "tests/evaluation/test_evaluation_acts.py::test_"
RULES = "tests/evaluation/domain/test_evaluation_rules.py::test_"
CONFLICTS = "tests/evaluation/domain/test_conflicts.py::test_"
SELECTION = "tests/evaluation/test_selection_acts.py::test_"
GOLDEN = "tests/evaluation/domain/test_allocation_golden.py::test_"
ALLOCATION = "tests/evaluation/domain/test_allocation_properties.py::test_"
RESOLUTION = "tests/evaluation/domain/test_resolution.py::test_"
DELEGATED = "tests/contracts/test_delegations.py::test_"
SPREAD = "tests/evaluation/test_spread.py::test_"
VERSIONS = "tests/evaluation/test_regulation.py::test_"
PAPERS = "tests/evaluation/test_papers.py::test_"
PEOPLE = "tests/evaluation/test_bad_input.py::test_only_the_right_roles_get_in"
DUE = "tests/shared/test_deadlines.py::test_"
DISPATCH = "tests/documents/test_dispatch.py::test_"
PAPER = "tests/documents/test_paper.py::test_"
CHANNELS = "tests/documents/test_delivery_rules.py::test_"
DOCUMENTS = "tests/documents/test_documents_api.py::test_"
SIGNING = "tests/documents/test_signing.py::test_"

PROOFS: dict[str, tuple[str, ...]] = {
    # Calls
    "R1": (
        CALLS + "r1_nobody_but_the_director_announces",
        CALLS + "r1_a_delegate_announces_and_the_record_says_by_which_delegation",
        DELEGATIONS + "only_the_director_announces_by_role",
    ),
    "R2": (
        CALLS + "r2_several_calls_a_year_are_possible",
        SETTINGS + "d6_the_page_of_calls_hints_at_how_many_are_usual",
        SETTINGS + "d6_the_hint_counts_the_present_year_and_refuses_nothing",
    ),
    "R3": (
        ANNOUNCING + "accepted_close_is_a_working_day_three_weeks_later",
        ANNOUNCING + "call_is_open_at_least_three_weeks",
        CALLS + "r3_call_open_for_less_than_three_weeks_is_refused",
    ),
    "R4": (
        CALLS + "r4_what_was_published_is_kept_with_its_hash",
        STORY + "a_call_from_draft_to_the_public_page",
    ),
    "R5": (CALLS + "r5_the_same_act_makes_a_line_on_the_home_page",),
    "R6": (CALLS + "r6_each_member_gets_one_mail_and_the_log_says_so",),
    "R7": (
        CALLS + "r7_r8_call_without_a_mandatory_part_is_refused",
        ANNOUNCING + "call_without_a_part_is_refused",
    ),
    "R8": (
        CALLS + "r7_r8_call_without_a_mandatory_part_is_refused",
        ANNOUNCING + "call_without_a_part_is_refused",
    ),
    "R9": (
        CALLS + "r9_call_without_an_approved_amount_is_refused",
        CALL_STATES + "amount_is_approved_before_publication",
    ),
    # Intake and registration
    "R10": (
        RECEIVING + "r10_outside_the_window_is_refused",
        RECEIVING + "r10_the_refusal_outside_the_window_can_be_recorded",
        INTAKE + "both_ends_belong_to_the_window",
    ),
    "R11": (RECEIVING + "r11_original_bytes_hash_channel_and_time_are_kept",),
    "R12": (
        BEFORE + "r12_the_note_says_who_when_and_what",
        BEFORE + "r12_r13_the_control_sheet_says_both",
        BEFORE + "r12_the_step_is_optional",
    ),
    "R13": (
        INTAKE + "incomplete_application_is_not_registered",
        BEFORE + "r13_a_signature_in_the_file_is_found_and_nothing_is_vouched_for",
        BEFORE + "r13_a_pdf_without_a_signature_is_not_taken_for_signed",
        BEFORE + "r13_taking_the_signed_file_out_takes_the_record_too",
        "Whether an electronic signature is valid is not verified; only that there is one.",
    ),
    "R14": (
        RECEIVING + "r14_only_the_director_or_her_delegate_registers",
        DELEGATIONS + "without_role_and_delegation_nobody_registers",
    ),
    "R15": (
        INTAKE + "sheet_asks_about_each_attachment",
        RECEIVING + "r15_contradicting_sheet_is_refused",
        RECEIVING + "r15_r16_the_control_sheet_becomes_a_document_of_the_case",
    ),
    "R16": (
        RECEIVING + "r15_r16_the_control_sheet_becomes_a_document_of_the_case",
        CALL_STATES + "registered_application_cannot_be_changed_or_refused",
        DOCUMENTS + "an_issued_document_cannot_be_cancelled",
    ),
    "R17": (
        RECEIVING + "r17_identity_is_verified_without_the_number_of_a_document",
        INTAKE + "identity_check_has_no_place_for_the_number_of_a_document",
        INTAKE + "identity_is_checked_at_or_after_arrival",
    ),
    "R18": (
        INTAKE + "registered_means_that_every_mandatory_attachment_is_there",
        RECEIVING + "r18_nothing_incomplete_is_registered",
        RECEIVING + "r18_refusal_has_reasons_and_a_letter",
    ),
    "R19": (
        FOLDER + "r19_registration_opens_the_folder",
        RECEIVING + "r19_registration_opens_the_folder_and_numbers_follow",
        "The act of registration opens it, so that none is forgotten; no step of the assistant.",
    ),
    "R20": (FOLDER + "r20_the_paper_folder_has_a_cover_with_a_register_of_its_contents",),
    "R21": (
        RECEIVING + "r21_the_receiver_signs_the_exact_words",
        DOCUMENTS + "a_document_goes_from_draft_to_issued",
    ),
    "R22": (
        RECEIVED + "r22_deadline_and_its_reason_belong_to_the_list",
        LISTED + "list_is_due_seven_days_after_the_end_of_intake",
        STORY + "list_is_made_signed_and_published",
        RECEIVED + "r22_a_late_list_says_why_and_its_deadline_stays",
    ),
    "R23": (
        STORY + "list_is_made_signed_and_published",
        RECEIVED + "r23_list_has_exactly_the_five_columns",
    ),
    # Administrative control
    "R24": (
        CONTROL + "the_same_appointment_twice_changes_nothing",
        RULES + "the_main_path_leads_from_registration_to_the_delivered_result",
    ),
    "R25": (
        CONTROL + "only_two_different_controllers_can_be_appointed",
        CONTROLS + "only_two_different_people_can_control",
        PEOPLE,
    ),
    "R26": (CONTROL + "the_list_is_made_from_the_criteria_and_attachments_of_the_call",),
    "R27": (
        CONTROL + "the_list_is_made_from_the_criteria_and_attachments_of_the_call",
        CONTROL + "a_list_without_an_attachment_of_the_fiche_is_refused",
    ),
    "R28": (CONTROLS + "no_conclusion_without_a_filled_list_that_carries_it",),
    "R29": (
        CONTROL + "no_control_begins_before_its_list_is_frozen",
        CONTROL + "a_frozen_list_does_not_change",
        PEOPLE,
    ),
    "R30": (
        CONTROLS + "no_conclusion_without_a_filled_list_that_carries_it",
        CONTROL + "each_controller_leaves_a_list_and_a_folder_record",
        CONTROL + "one_concludes_once",
    ),
    "R31": (
        CONTROL + "each_controller_leaves_a_list_and_a_folder_record",
        CONTROL + "the_control_ends_only_with_the_last_of_four_signatures",
    ),
    "R32": (
        CONTROL + "each_controller_leaves_a_list_and_a_folder_record",
        CONTROL + "the_control_ends_only_with_the_last_of_four_signatures",
    ),
    "R33": (
        CONTROL + "a_repair_leads_to_a_second_round_and_a_pass",
        CONTROL + "an_unrepaired_case_expires_only_after_a_provable_delivery",
    ),
    "R34": (
        CONTROL + "a_repair_leads_to_a_second_round_and_a_pass",
        CONTROL + "a_date_that_is_not_safe_is_refused",
    ),
    "R35": (
        CONTROLS + "the_proposed_date_always_leaves_seven_days_after_delivery",
        CONTROL + "a_date_that_is_not_safe_is_refused",
        DUE + "the_safe_date_leaves_seven_days_whenever_the_message_is_read",
    ),
    # Notice
    "R36": (
        CONTROL + "the_control_ends_only_with_the_last_of_four_signatures",
        DUE + "the_notice_is_due_in_five_working_days",
        CONTROL + "the_notice_goes_out_for_the_director_and_by_data_box",
    ),
    "R37": (
        CONTROL + "the_notice_goes_out_for_the_director_and_by_data_box",
        SIGNING + "all_signatures_and_the_seal_are_valid",
        "tests/documents/test_archival.py"
        "::test_a_notice_keeps_the_rules_when_it_is_signed_and_sealed",
    ),
    "R38": (
        CHANNELS + "paper_is_refused_where_a_box_can_be_used",
        DISPATCH + "a_usable_box_wins_over_paper",
        DISPATCH + "a_message_to_a_town_is_delivered_when_put_in",
    ),
    "R39": (
        CHANNELS + "posting_needs_a_real_proof",
        PAPER + "a_posted_item_is_delivered_on_the_third_working_day",
        PAPER + "a_setting_lets_the_slip_be_missing",
        PAPER + "with_an_advice_nothing_is_presumed",
        PAPER + "handing_over_delivers_at_once",
        PAPER + "a_bad_scan_changes_nothing",
    ),
    # Evaluation
    "R40": (
        ACTS + "a_mayor_of_an_applying_town_evaluates_no_town_anywhere",
        PEOPLE,
    ),
    "R41": (
        ACTS + "an_assignment_needs_two_members",
        RULES + "one_sheet_is_too_few",
    ),
    "R42": (
        RULES + "an_assignment_that_breaks_a_rule_is_impossible",
        ACTS + "a_mayor_of_an_applying_town_evaluates_no_town_anywhere",
        PEOPLE,
    ),
    "R43": (
        RULES + "the_committee_has_seven_members",
        ACTS + "seven_different_evaluators",
    ),
    "R44": (
        CONFLICTS + "the_seed_rules_hold_for_every_set_of_links",
        CONFLICTS + "rules_follow_the_links",
        ACTS + "the_matrix_says_why",
    ),
    "R45": (
        CONFLICTS + "the_seed_rules_hold_for_every_set_of_links",
        CONFLICTS + "rules_follow_the_links",
        ACTS + "a_mayor_of_an_applying_town_evaluates_no_town_anywhere",
    ),
    "R46": (
        ACTS + "the_evaluator_takes_over_the_material",
        "tests/evaluation/test_prints.py"
        "::test_r46_the_evaluator_confirms_the_receipt_of_the_print_by_signing",
    ),
    "R47": (
        ACTS + "points_come_only_after_the_material",
        ACTS + "the_evaluator_takes_over_the_material",
    ),
    "R48": (
        RULES + "a_visit_needs_the_evaluators_or_the_whole_committee",
        ACTS + "a_visit_that_proves_nothing",
        ACTS + "one_visit_is_recorded_and_its_evaluators_sign",
    ),
    "R49": (
        RULES + "a_visit_that_proves_nothing",
        SELECTION + "an_untrue_statement_forbids_the_recommendation",
    ),
    "R50": (PAPERS + "r50_r51_need_and_accord_are_judged_on_site",),
    "R51": (
        PAPERS + "r50_r51_need_and_accord_are_judged_on_site",
        PAPERS + "r51_each_criterion_of_the_score_sheet_names_the_goal_it_serves",
        "tests/registry/test_fiche_goals.py::test_r51_a_criterion_keeps_its_goal_in_the_form_and_in_the_contract",
    ),
    "R52": (
        ACTS + "the_case_is_evaluated_when_all_sheets_are_signed",
        RULES + "a_sheet_that_cannot_be_signed",
        ANNOUNCING + "unusable_fiche_is_refused",
        PAPERS + "r52_the_score_sheet_says_points_and_reasons_and_is_signed_by_its_evaluator",
    ),
    # Transparency and presentations
    "R53": ("A principle without a check of its own; R54-R68 are its parts.",),
    "R54": (
        FOLDER + "r54_a_version_of_the_regulation_never_changes",
        CALLS + "r7_r8_call_without_a_mandatory_part_is_refused",
    ),
    "R55": (
        VERSIONS + "r55_every_paper_names_the_version",
        VERSIONS + "r55_r100_every_act_and_every_event_names_the_version",
        VERSIONS + "papers_and_audit_entries_are_made_in_one_place",
        OF_ACTS + "r55_every_act_about_a_call_carries_the_version_of_its_regulation",
        OF_ACTS + "r55_every_record_about_a_call_names_the_version_of_its_regulation",
    ),
    "R56": (
        ACTS + "presentations_are_recorded_only_afterwards_and_for_all",
        ACTS + "the_order_has_every_project_once",
        RULES + "attendance_is_recorded_after_the_session_and_for_everybody",
    ),
    "R57": (
        CALLS + "r7_r8_call_without_a_mandatory_part_is_refused",
        ACTS + "presentations_are_recorded_only_afterwards_and_for_all",
    ),
    "R58": (
        LISTED + "change_needs_a_difference_and_a_reason",
        ACTS + "a_change_is_published_and_every_applicant_gets_a_letter",
    ),
    "R59": (
        ACTS + "less_than_a_week_needs_a_recorded_exception",
        LISTED + "new_date_is_known_a_week_ahead",
        ACTS + "a_change_is_published_and_every_applicant_gets_a_letter",
    ),
    "R60": (
        PRESENTED + "r58_r60_change_of_presentations_is_published_in_the_same_act",
        PRESENTED + "r60_a_change_belongs_to_evaluation_once_somebody_is_registered",
        BETWEEN + "presentation_change_of_evaluation_is_published_as_decided_there",
    ),
    # Final selection
    "R61": (
        RULES + "the_committee_meets_only_after_everything_is_closed",
        SELECTION + "it_comes_after_everything_else",
        SELECTION + "recommendations_count_once_the_chair_has_signed",
    ),
    "R62": (
        SELECTION + "every_project_is_decided_separately",
        RULES + "minutes_that_cannot_be_closed",
        RULES + "a_recommendation_has_a_reason_and_respects_the_visit",
    ),
    "R63": (
        GOLDEN + "the_engine_agrees_with_a_calculation_by_hand_within_fiches",
        ALLOCATION + "within_one_queue_nobody_overtakes_unless_the_rule_skips",
        SELECTION + "points_are_the_exact_mean_and_rank_within_the_fiche",
        "tests/evaluation/test_book.py"
        "::test_r63_the_book_has_every_project_in_the_order_of_its_fiche",
    ),
    "R64": (
        "tests/registry/domain/test_accounts.py::test_broken_plan_is_refused",
        DRAWN + "each_fiche_shows_plan_reality_and_gap",
        DRAWDOWN + "r69_final_results_are_the_drawdown",
    ),
    "R65": (
        CALLS + "r65_two_steps_are_both_recorded",
        CALLS + "r65_only_the_programme_committee_decides",
        CALLS + "r65_returned_recommendation_needs_a_note_and_reopens_the_draft",
    ),
    "R66": (
        CALLS + "r66_fiches_stand_still_once_the_amount_is_recommended",
        CALLS + "r65_two_steps_are_both_recorded",
        ANNOUNCING + "fiches_may_get_another_sum_than_the_call",
    ),
    "R67": (
        SELECTION + "a_transfer_names_recommended_projects",
        ALLOCATION + "a_committee_names_the_projects_that_a_transfer_pays",
        ALLOCATION + "a_transfer_says_where_each_crown_comes_from",
    ),
    "R68": (
        SELECTION + "amounts_are_final_and_public_once_it_is_signed",
        SELECTION + "a_resolution_that_does_not_hold",
        RESOLUTION + "the_amounts_become_final_as_proposed",
    ),
    "R69": (
        DRAWN + "no_haler_and_no_hundredth_of_a_point_is_lost",
        DRAWDOWN + "r69_the_page_shows_the_drawdown_and_leads_to_signing",
        DRAWDOWN + "r69_the_report_keeps_the_moment_and_waits_for_the_director",
    ),
    "R70": (
        CALLS + "r65_two_steps_are_both_recorded",
        DRAWN + "limits_follow_what_the_fiches_lack",
        DRAWDOWN + "r70_the_recommendation_is_prefilled_from_the_drawdown",
        DRAWDOWN + "r70_the_director_may_depart_from_what_is_proposed",
    ),
    # All of it together
    "R96": (
        DELEGATIONS + "every_act_names_its_roles",
        CALL_STATES + "actors_are_roles",
        PEOPLE,
        "Applicants, subscribers and partners have no accounts yet.",
    ),
    "R97": (
        CONTROL + "each_controller_leaves_a_list_and_a_folder_record",
        RECEIVING + "r21_the_receiver_signs_the_exact_words",
        ACTS + "one_visit_is_recorded_and_its_evaluators_sign",
        PAPER + "handing_over_leaves_a_record_signed_by_who_handed_over",
        DRAWDOWN + "r97_the_committees_decision_leaves_a_record_for_its_signature",
        DRAWDOWN + "r97_the_record_waits_for_the_member_and_then_shows_as_signed",
        LASTING + "a_correction_is_a_new_document_and_the_old_one_stays",
    ),
    "R98": (
        CONTROL + "the_notice_goes_out_for_the_director_and_by_data_box",
        SELECTION + "the_result_notice_has_points_and_amount",
        RECEIVING + "r18_refusal_has_reasons_and_a_letter",
        RECEIVING + "r98_the_receipt_of_registration_goes_to_the_applicant",
        CALLS + "r98_the_announced_text_becomes_one_document_to_sign",
        WRITING + "a_written_document_is_approved_signed_and_issued",
        "tests/evaluation/test_reviews.py::test_r98_the_decision_on_a_review_goes_to_the_applicant",
    ),
    "R99": (
        DUE + "every_day_of_2008_to_2035_agrees_with_an_independent_calendar",
        DUE + "a_call_closes_on_a_working_day_after_three_weeks",
        DUE + "a_new_presentation_date_is_known_a_week_ahead",
        SETTINGS + "d6_the_page_of_calls_hints_at_how_many_are_usual",
        SETTINGS + "a_running_call_keeps_the_periods_it_was_announced_with",
        PERIODS + "r36_the_notice_is_due_by_the_period_of_the_call",
    ),
    "R100": (
        RULES + "the_main_path_leads_from_registration_to_the_delivered_result",
        RULES + "every_act_outside_its_states_is_refused",
        CALL_STATES + "everything_else_is_refused",
        VERSIONS + "r55_r100_every_act_and_every_event_names_the_version",
        OF_ACTS + "r55_every_act_about_a_call_carries_the_version_of_its_regulation",
    ),
    "R101": (
        "tests/contracts/test_feeds.py::test_registry_tells_calls_and_applications_in_full",
        DOCUMENTS + "bad_requests_are_told_and_change_nothing",
        "That services know nothing of one another is an import contract (`make lint`).",
    ),
}
