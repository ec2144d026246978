"""OGC API – Features – Part 3 (OGC 19-079r2): queryables and filters; order and fields."""

from __future__ import annotations

import jsonschema
import orjson
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from tests.server.ogc.asked import ITEMS, ask, ids, json, link_to


def test_queryables_are_the_published_fields_and_enums_their_codes(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    for layer in asaka.layers.values():
        answer = ask(asaka_client, f"/ogc/collections/{layer.id}/queryables")
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        jsonschema.Draft202012Validator.check_schema(schema)
        fields = layer.definition.public_fields
        assert [*schema["properties"]] == ["id", "geometry", *fields]
        for name, field in fields.items():
            if field.codes and not field.open_codes:
                assert schema["properties"][name]["enum"] == [code.value for code in field.codes]
        features = json(asaka_client, f"/ogc/collections/{layer.id}/items")["features"]
        for feature in features:
            values = {k: v for k, v in feature["properties"].items() if v is not None}
            jsonschema.validate(values, schema)


@pytest.mark.parametrize("name", ["name", "address", "flood"])
def test_filter_param_by_text_and_by_json(
    asaka_client: TestClient, asaka: Catalog, name: str
) -> None:
    frame = asaka.layer("emergency_sites").revision.features()
    value = frame[name].dropna().iloc[0]
    value = bool(value) if name == "flood" else str(value)
    literal = "TRUE" if value is True else f"'{value}'"
    wanted = frame.index[frame[name].fillna(value=False) == value].tolist()
    encoded = orjson.dumps({"op": "=", "args": [{"property": name}, value]}).decode()
    by_text = json(asaka_client, ITEMS, filter=f"{name} = {literal}", limit=100)
    by_json = json(asaka_client, ITEMS, filter=encoded, filter_lang="cql2-json", limit=100)
    assert ids(by_text) == ids(by_json) == wanted


def test_case_and_width_do_not_count_for_casei(asaka_client: TestClient) -> None:
    plain = json(asaka_client, ITEMS, filter="address LIKE '%1-%'")["numberMatched"]
    folded = "CASEI(address) LIKE CASEI('%１-%')"
    assert json(asaka_client, ITEMS, filter=folded)["numberMatched"] == plain > 0


def test_sortby_orders_and_properties_select(asaka_client: TestClient, asaka: Catalog) -> None:
    document = json(asaka_client, ITEMS, sortby="-name", properties="address,name")
    names = [feature["properties"]["name"] for feature in document["features"]]
    assert names == sorted(names, reverse=True)
    assert all([*feature["properties"]] == ["name", "address"] for feature in document["features"])
    both = json(asaka_client, ITEMS, sortby="flood,-name")["features"]
    keys = [
        (feature["properties"]["flood"] is None, feature["properties"]["name"]) for feature in both
    ]
    assert [absent for absent, _ in keys] == sorted(absent for absent, _ in keys)
    with_flood = [name for absent, name in keys if not absent]
    assert with_flood == sorted(with_flood, reverse=True)
    assert len(keys) == asaka.layer("emergency_sites").feature_count


def test_paging_keeps_the_order_and_the_filter(asaka_client: TestClient) -> None:
    question = {"filter": "flood = TRUE", "sortby": "name"}
    every = ids(json(asaka_client, ITEMS, **question))
    parts = [
        ids(json(asaka_client, ITEMS, **question, limit=7, offset=offset))
        for offset in range(0, len(every), 7)
    ]
    assert [feature for part in parts for feature in part] == every


def test_a_sample_is_filtered_as_others_are(asaka_client: TestClient) -> None:
    document = json(
        asaka_client, "/ogc/collections/flood/items", filter="rank >= 3 AND depth_min_m < 5"
    )
    assert document["numberMatched"] > 0
    assert all(feature["properties"]["rank"] >= 3 for feature in document["features"])


@pytest.mark.parametrize("name", ["id", "name", "flood"])
def test_fc_filters_a_queryable_is_a_parameter(
    asaka_client: TestClient, asaka: Catalog, name: str
) -> None:
    """Part 1, recommendation /rec/core/fc-filters."""
    frame = asaka.layer("emergency_sites").revision.features().reset_index()
    value = frame[name].dropna().iloc[0]
    wanted = frame["id"][frame[name].fillna(value=False) == value].tolist()
    text = "true" if name == "flood" else str(value)
    document = json(asaka_client, ITEMS, **{name: text}, limit=1)
    assert document["numberMatched"] == len(wanted)
    found = ids(document)
    while len(found) < len(wanted):  # a link to the next page keeps the parameter
        document = json(asaka_client, link_to(document, "next"))
        found += ids(document)
    assert found == wanted
    both = json(asaka_client, ITEMS, **{name: text}, filter="flood = FALSE", limit=100)
    assert set(ids(both)) <= set(wanted)


def test_a_value_of_another_type_is_refused_by_its_name(asaka_client: TestClient) -> None:
    for name, value, wanted in (("flood", "1", "true or false"), ("id", "x", "a number")):
        answer = asaka_client.get(ITEMS, params={name: value})
        assert answer.status_code == 400
        assert name in answer.json()["detail"]
        assert wanted in answer.json()["detail"]


def test_what_is_no_queryable_of_the_layer_is_no_parameter(asaka_client: TestClient) -> None:
    for path, name in ((ITEMS, "kind"), (f"{ITEMS}/1", "name"), ("/ogc", "name")):
        answer = asaka_client.get(path, params={name: "1"})
        assert answer.status_code == 400
        assert name in answer.json()["detail"]
