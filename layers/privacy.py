"""Which columns look like data about persons."""

from __future__ import annotations

import re

from layers.standards.names import plain

PERSONS = re.compile(
    "氏名|代表者|所有者|担当者|管理人|世帯主|保護者|本人|個人|生年月日|年齢|性別|続柄|電話|携帯|メール|mail|fax"
    "|^(姓|名|お?名前|tel|phone)(番号|no\\.?)?$"
)
OFFICES = re.compile("^(お?問い?合わ?せ|代表電話|施設電話|公衆電話|受入年齢|対象年齢)")


def looks_personal(column: str) -> bool:
    """Whether a column of this name may hold data about persons, not about offices or facilities.

    It knows the name only: of a published standard such a column is a facility's all the same.
    """
    name = plain(column)
    return PERSONS.search(name) is not None and OFFICES.search(name) is None
