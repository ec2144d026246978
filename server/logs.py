"""How events are logged: on a terminal for a person, else one line of JSON each.

Everything that uses `logging` comes this way. A line has when (UTC), where and how bad, and the
name of the request that it happened in; of tracebacks the code, and never the values of variables.
"""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.stdlib import ProcessorFormatter
    from structlog.typing import EventDict, Processor

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)


def log_config() -> dict[str, Any]:
    """A configuration for `logging.config.dictConfig`: what is written goes to the error output."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "terminal": sys.stderr.isatty()}},
        "handlers": {
            "error": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["error"], "level": "WARNING"},
        "loggers": {"uvicorn": {"level": "INFO"}},
    }


def formatter(*, terminal: bool) -> ProcessorFormatter:
    """What makes a line of an event."""
    _load_without_rich()
    import structlog

    last: list[Processor]
    if terminal:
        plain = structlog.dev.plain_traceback  # another one shows the values of variables
        last = [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    else:
        last = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            _add_request,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def _add_request(_logger: logging.Logger, _method: str, event: EventDict) -> EventDict:
    name = REQUEST.get()
    return event if name is None else {**event, "request_id": name}


def _load_without_rich() -> None:
    """Load structlog as where Rich is not installed: 5 MB in every worker, for no use of it."""
    if "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # as the import system has it
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]
