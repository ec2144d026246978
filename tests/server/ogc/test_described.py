"""What /ogc answers is what its OpenAPI document says, whatever is asked (schemathesis)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.openapi import from_url
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from server.ogc.addresses import ADDRESSES, PREFIX, Address

EXAMPLES = 20  # of an address, with values as described, and as many with others


@pytest.fixture(scope="module")
def described(asaka_site: str) -> BaseSchema:
    return from_url(f"{asaka_site}/ogc/api?f=json")


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.id)
def test_every_answer_is_as_it_is_described(
    described: BaseSchema, address: Address, mode: GenerationMode
) -> None:
    # A schema cannot say which text is a filter.
    excluded: list[CheckFunction] | None = (
        [positive_data_acceptance] if "filter" in address.parameters else []
    )
    operation = described[f"{PREFIX}{address.path}"]["GET"]

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Case[Any]) -> None:
        case.call_and_validate(excluded_checks=excluded)

    check()
