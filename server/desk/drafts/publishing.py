"""From a draft to a version of its layer: by one person, by two, or in an emergency by one.

A publication is one transaction: the version of the layer, the draft that became it, and the audit.
Files are kept before it; what nothing refers to in the end is as if it were not there.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from layers.publish.shrinkage import SHRUNK
from layers.revision.revision import Revision
from layers.schema.load import layer_of_text
from layers.schema.unwritten import unwritten
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.drafts.drafts import Drafts, begin_change, set_values, subject_of
from server.desk.drafts.errors import NotPublishable
from server.desk.drafts.tables import Draft, State
from server.desk.failures import failures_logged
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.exchange import FolderLayer
from server.desk.layers.versions import Act, Content

REASON_LENGTH = 500  # characters
FARTHEST = datetime.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a draft is to be published.

    `at` is from when on, None for now. `is_emergency`: by one person where two are asked for.
    `accepts`: though it is far less than what is published.
    """

    at: datetime.datetime | None = None
    reason: str = ""
    is_emergency: bool = False
    accepts: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """What is served of layers, by their ids.

    `revision_id` is None of a layer that is not served, `folder_layer` of one that the operator's
    folder does not declare. `accept` lets the data of a revision in, though it is far less than
    what is published.
    """

    revision_id: Callable[[str], str | None]
    accept: Callable[[str, Revision], None]
    folder_layer: Callable[[str], FolderLayer | None]


class Publishing:
    """Publishes drafts. With `by_two` a second person has to."""

    def __init__(
        self, engine: Engine, drafts: Drafts, layers: DeskLayers, served: Served, *, by_two: bool
    ) -> None:
        self._engine, self._drafts, self._layers = engine, drafts, layers
        self._served, self.by_two = served, by_two

    def publish(self, number: int, seen: int, wish: Wish, actor: Actor) -> State:
        """Publish the draft, or ask a second person to; gives what it is then.

        Raises `DraftNotFound`, `DraftChanged`, `NotPublishable`, and what `DeskLayers` raises.
        """
        draft = self._drafts.of(number, actor)
        self._require_publishable(draft, wish)
        is_asked = draft.state is State.ASKED
        if is_asked and not wish.is_emergency:
            if draft.asked_by == actor.name:
                raise NotPublishable("own")
            wish = Wish(draft.publish_at, draft.reason, accepts=True)
        alone = self.by_two and not is_asked
        if alone and not wish.is_emergency:
            self._ask(number, seen, wish, actor)
            return State.ASKED
        if wish.is_emergency and not wish.reason:
            raise NotPublishable("reason")
        self._publish(draft, seen, wish, actor)
        self._drafts.forget_files(draft)
        return State.PUBLISHED

    def refuse(self, number: int, seen: int, actor: Actor) -> None:
        """Take back what was asked, or decline it: the draft can be changed again."""
        with failures_logged(), self._engine.begin() as connection:
            draft = begin_change(connection, number, seen, actor)
            values = {"state": State.READY.value, "asked_by": None, "publish_at": None}
            set_values(connection, draft, actor, reason="", **values)
            record(connection, actor, "draft.decline", subject_of(number), None, None)

    def _ask(self, number: int, seen: int, wish: Wish, actor: Actor) -> None:
        with failures_logged(), self._engine.begin() as connection:
            draft = begin_change(connection, number, seen, actor)
            set_values(
                connection,
                draft,
                actor,
                state=State.ASKED.value,
                asked_by=actor.name,
                publish_at=wish.at,
                reason=wish.reason,
            )
            after = {"layer": draft.layer_id, "at": _iso(wish.at)}
            record(connection, actor, "draft.ask", subject_of(number), None, after)

    def _publish(self, draft: Draft, seen: int, wish: Wish, actor: Actor) -> None:
        assert draft.text is not None
        assert draft.check is not None
        data = self._drafts.folder(draft).data
        files = {file.name: data / file.name for file in draft.files}
        content = FolderLayer(draft.text, files).put(self._layers)
        before = self._of_folder(draft.layer_id)
        if is_far_less(draft) and (revision := self._drafts.revision(draft)) is not None:
            self._served.accept(draft.layer_id, revision)
        with failures_logged(), self._engine.begin() as connection:
            now = begin_change(connection, draft.number, seen, actor)
            expected: int | None = draft.check.newest
            if before is not None:
                taking_over = Act(actor, expected=expected)
                self._layers.take_over(connection, draft.layer_id, before, taking_over)
                expected = None
            version = self._layers.publish(
                connection,
                draft.layer_id,
                content,
                Act(actor, wish.reason, expected),
                at=wish.at if wish.at and wish.at > _now() else None,
                author=draft.asked_by or draft.changed_by,
            )
            values = {"state": State.PUBLISHED.value, "version": version, "reason": wish.reason}
            set_values(connection, now, actor, **values)
            action = "draft.publish_alone" if self.by_two and wish.is_emergency else "draft.publish"
            after = {"layer": draft.layer_id, "number": version, "at": _iso(wish.at)}
            record(connection, actor, action, subject_of(draft.number), None, after)

    def _of_folder(self, layer_id: str) -> Content | None:
        """The layer of the operator's folder, to be the version that one can go back to."""
        if layer_id in self._layers.current():
            return None
        layer = self._served.folder_layer(layer_id)
        return None if layer is None else layer.put(self._layers)

    def _require_publishable(self, draft: Draft, wish: Wish) -> None:
        """Raise `NotPublishable` unless the draft was read whole, against what is published now."""
        if draft.state not in (State.READY, State.ASKED) or draft.check is None:
            raise NotPublishable("unread")
        if draft.check.report.failed or draft.check.revision is None or draft.text is None:
            raise NotPublishable("failed")
        if unwritten(layer_of_text(draft.layer_id, draft.text)):
            raise NotPublishable("unwritten")
        if self._served.revision_id(draft.layer_id) != draft.check.against:
            raise NotPublishable("outdated")
        if is_far_less(draft) and not (wish.accepts or draft.state is State.ASKED):
            raise NotPublishable("accept")
        if wish.at is not None and not _now() < wish.at < _now() + FARTHEST:
            raise NotPublishable("time")


def is_far_less(draft: Draft) -> bool:
    """Whether a draft that was read is far less than what was published then."""
    problems = draft.check.report.problems if draft.check else []
    return any(problem.kind in SHRUNK for problem in problems)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _iso(at: datetime.datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
