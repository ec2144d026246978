"""The words of the command line: like its reports, in Japanese and in English."""

from server.texts.console.backup import BACKUP, BACKUP_REFUSALS
from server.texts.console.commands import ABOUT, COMMANDS
from server.texts.console.desk import (
    ALERT,
    ASK_PASSWORD,
    LINKED,
    MAILS,
    ONE_TIME_PASSWORD,
    REQUEST,
    STAFF,
)
from server.texts.console.doctor import ALL_WELL, DOCTOR, LEVELS, LINE, SUBJECTS, TO_MEND
from server.texts.console.layers import (
    ASK_GROUP,
    ASK_TITLE,
    BEFORE,
    BUILT,
    BUILT_WITHOUT_ADDRESS,
    COPIED,
    DRAFTED,
    EXCHANGED,
    LISTED,
    MOVED,
    NEXT,
    PORTAL,
    STATES,
    STEPS,
    UPLOADED,
)
from server.texts.console.library import (
    HELP_HINT,
    HELP_PARTS,
    USAGE,
    WRONG_LINE,
    WRONG_LINES,
    in_japanese,
)
from server.texts.console.options import OPTIONS
from server.texts.console.reach import REACH, REACH_WRITTEN
from server.texts.console.refusals import REFUSALS
from server.texts.console.wanted import WANTED, WRONG_VALUE

__all__ = [
    "ABOUT",
    "ALERT",
    "ALL_WELL",
    "ASK_GROUP",
    "ASK_PASSWORD",
    "ASK_TITLE",
    "BACKUP",
    "BACKUP_REFUSALS",
    "BEFORE",
    "BUILT",
    "BUILT_WITHOUT_ADDRESS",
    "COMMANDS",
    "COPIED",
    "DOCTOR",
    "DRAFTED",
    "EXCHANGED",
    "HELP_HINT",
    "HELP_PARTS",
    "LEVELS",
    "LINE",
    "LINKED",
    "LISTED",
    "MAILS",
    "MOVED",
    "NEXT",
    "ONE_TIME_PASSWORD",
    "OPTIONS",
    "PORTAL",
    "REACH",
    "REACH_WRITTEN",
    "REFUSALS",
    "REQUEST",
    "STAFF",
    "STATES",
    "STEPS",
    "SUBJECTS",
    "TO_MEND",
    "UPLOADED",
    "USAGE",
    "WANTED",
    "WRONG_LINE",
    "WRONG_LINES",
    "WRONG_VALUE",
    "in_japanese",
]
