"""The browser tests of the map that its static copy passes as well, from nginx."""

from __future__ import annotations

# By the file `tests/browser/test_….py`: the tests that need a server, or ask one themselves for
# what they compare. All others of the file are run on the copy, too.
SERVED_ONLY: dict[str, frozenset[str]] = {
    "address": frozenset(),
    "card": frozenset(
        {
            "test_the_place_of_a_symbol_is_taken_to_the_form",
            "test_what_the_service_knows_is_told_with_the_places_near",
            "test_of_several_hazards_each_has_its_places",
            "test_a_class_without_a_depth_has_no_house",
            "test_an_answer_that_does_not_come_is_not_taken_for_safety",
            "test_an_error_about_a_place_can_be_told_of_from_its_card",
            "test_while_the_answer_is_asked_for_the_card_says_so_and_does_not_move",
        }
    ),
    "clusters": frozenset({"test_the_numbers_of_the_first_view_add_up_to_every_hydrant"}),
    "designation_answers": frozenset(),
    "in_view": frozenset({"test_an_area_opens_at_a_place_inside_it"}),
    "layers_shown": frozenset(
        {
            "test_where_rivers_overlap_the_deeper_rank_is_drawn_and_each_river_is_listed",
            "test_a_place_in_no_zone_of_a_sample_gets_no_statement",
        }
    ),
    "presets": frozenset(),
    "samples_silent": frozenset(),
    "search": frozenset(
        {
            "test_without_the_names_the_service_is_asked",
            "test_the_page_of_results_is_without_fault_and_fits",
        }
    ),
    "stacking": frozenset(),
}


def runs_on_copy(file: str, test: str) -> bool:
    """Whether a test of `tests/browser/<file>.py` is run on the static copy as well."""
    served_only = SERVED_ONLY.get(file.removeprefix("test_"))
    return served_only is not None and test not in served_only
