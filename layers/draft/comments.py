"""The comments in a definition that was made of a data file, for the officer who completes it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from layers.draft.groups import DISASTER, group_by_name
from layers.messages.words import WORDS
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.unwritten import is_placeholder
from layers.standards import Recognised


def remarks(
    definition: LayerDefinition,
    match: Recognised | None,
    city: CityDefinition,
    left_out: Collection[str],
) -> dict[str, str]:
    """What the officer who reads the file should know and do."""
    comments = {
        "": f"{PurePosixPath(definition.source.name).name} の定義です。"
        "ファイルの中身から bosai add が作りました。\n"
        "「書いてください」「確かめてください」とある所を直すと、そのまま使えます。",
        "group": _of_the_group(definition, city),
        "sample": "実際のデータではなく見本のときは true にします。",
        "credit.date": "いつの時点のデータかを確かめてください。",
    }
    if is_placeholder(definition.credit.attribution["ja"]) or is_placeholder(
        definition.credit.licence["ja"]
    ):
        comments["credit"] = "データの出典と利用条件を書いてください。"
    if match:
        comments[""] += f"\n列は「{match.standard.title['ja']}」の形式です。"
    elif is_placeholder(definition.title["ja"]):
        name = PurePosixPath(definition.source.name).stem
        comments["title"] = (
            f"住民が読む名前を、日本語（ja）と英語（en）で書いてください。ファイルの名前は"
            f"「{_one_line(name)}」です。\n"
            "「書いてください」が残っているあいだは、公開しません。"
        )
    if definition.hazard:
        comments["hazard"] = "災害の種類と想定（計画規模・想定最大規模・実績）を確かめてください。"
        comments["surveyed_extent"] = (
            '調査した範囲です。範囲の図形のファイル名、市の全域なら "boundary" と書けます。\n'
            "unknown のままなら、色のない所は「調査対象外・不明」と表示します。"
        )
    elif _may_be_a_hazard(definition, match):
        comments["group"] += (
            '\n浸水などの危険を示すデータなら、group = "disaster" とし、\n'
            "hazard（洪水・内水など）、scenario、surveyed_extent を書き加えてください。"
        )
    if definition.privacy.suppress:
        comments["privacy"] = (
            "個人の情報かもしれない列です。どこにも公開しません。\n"
            "公開してよい列なら、ここから消して項目（fields）に加えてください。"
        )
    if definition.source.geometry is not None:
        kind = WORDS[definition.source.geometry]["ja"]
        comments["source.geometry"] = (
            f"ファイルには種類の違う図形があります。このレイヤーは{kind}だけです。"
        )
    if left_out:
        comments["source"] = f"項目にしていない列: {'、'.join(map(_one_line, left_out))}"
    for name, field in definition.fields.items():
        if field.title["en"] == field.title["ja"] and not field.title["en"].isascii():
            comments[f"fields.{name}"] = "英語（en）の名前を書いてください。"
    return comments


def _of_the_group(definition: LayerDefinition, city: CityDefinition) -> str:
    """What there is to choose from; of a group that is not chosen what the file's name suggests."""
    groups = "、".join(f"{group.id}（{group.title['ja']}）" for group in city.groups)
    text = f"パネルの見出しです。次から選びます: {groups}"
    if not is_placeholder(definition.group):
        return text
    near = group_by_name(definition.source.name, city)
    guess = f"ファイルの名前からは {near.id} と思われます。" if near else ""
    return f"{text}\n{guess}「書いてください」が残っているあいだは、公開しません。"


def _may_be_a_hazard(definition: LayerDefinition, match: Recognised | None) -> bool:
    is_hazard = match is not None and match.standard.layer.group == DISASTER
    return is_hazard or (match is None and "浸水" in definition.source.name)


def _one_line(text: str) -> str:
    return " ".join(text.split())
