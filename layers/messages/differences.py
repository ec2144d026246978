"""How much a revision differs from the one before it, as one phrase."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "added": "追加 {added:,}",
        "removed": "削除 {removed:,}",
        "moved_metres": "移動 {moved:,}（最大 {farthest} m）",
        "moved_square_metres": "形の変更 {moved:,}（最大 {farthest} m²）",
        "changed": "内容の変更 {changed:,}",
        "nothing": "データの変更はありません",
        "between": "、",
    },
    "en": {
        "added": "{added:,} added",
        "removed": "{removed:,} removed",
        "moved_metres": "{moved:,} moved (by up to {farthest} m)",
        "moved_square_metres": "{moved:,} of another shape (by up to {farthest} m²)",
        "changed": "{changed:,} with other values",
        "nothing": "no change of the data",
        "between": ", ",
    },
}


def phrase(
    language: str,
    *,
    added: int,
    removed: int,
    moved: int,
    changed: int,
    farthest: float,
    measure: str,
) -> str:
    """What changed, leaving out what did not; `farthest` is in `measure`."""
    words = WORDS[language]
    counts = {"added": added, "removed": removed, f"moved_{measure}": moved, "changed": changed}
    filled = {"added": added, "removed": removed, "moved": moved, "changed": changed}
    phrases = [
        words[kind].format(**filled, farthest=amount(farthest))
        for kind, count in counts.items()
        if count
    ]
    return words["between"].join(phrases) or words["nothing"]


def amount(size: float) -> str:
    """Metres or square metres, as exactly as it matters: centimetres below ten."""
    return f"{size:,.2f}" if size < 10 else f"{size:,.0f}"
