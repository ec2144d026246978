"""All that staff work with at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from server.desk.accounts.accounts import Accounts
from server.desk.answers.answers import Answers
from server.desk.answers.changes import Changes
from server.desk.confidential.vault import Vault
from server.desk.intake.attachments import Attachments
from server.desk.intake.requests import Requests
from server.desk.mail.news import News
from server.desk.retention.retention import Erasure
from server.desk.triage.case import Cases
from server.desk.triage.counter import Counter
from server.desk.triage.merges import Merges
from server.desk.triage.notes import Notes
from server.desk.triage.reply_templates import Templates
from server.desk.triage.request_export import Exports
from server.desk.triage.supplement_answers import SupplementAnswers
from server.desk.triage.triage import Triage


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What reads and changes requests, in one database."""

    accounts: Accounts
    answers: Answers
    cases: Cases
    changes: Changes
    counter: Counter
    erasure: Erasure
    exports: Exports
    merges: Merges
    notes: Notes
    supplements: SupplementAnswers
    templates: Templates
    triage: Triage

    @classmethod
    def of(
        cls,
        engine: Engine,
        vault: Vault,
        requests: Requests,
        answers: Answers,
        attachments: Attachments,
        erasure: Erasure,
        news: News,
    ) -> Desk:
        """The desk of a database; `requests` takes its forms in, `answers` what it decides.

        `news` tells senders of merges.
        """
        return cls(
            accounts=Accounts(engine),
            answers=answers,
            cases=Cases(engine, vault, attachments),
            changes=Changes(engine),
            counter=Counter(requests),
            erasure=erasure,
            exports=Exports(engine),
            merges=Merges(engine, news),
            notes=Notes(engine, vault),
            supplements=SupplementAnswers(engine, vault),
            templates=Templates(engine),
            triage=Triage(engine),
        )
