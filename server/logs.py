"""How events are logged: on a terminal for a person, else one line of JSON each.

Everything that uses `logging` comes this way. A line has when (UTC), where and how bad, and the
name of the request that it happened in; of tracebacks the code, and never the values of variables.
"""

from __future__ import annotations

import sys
from typing import Any

import structlog
from structlog.typing import Processor


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


def formatter(*, terminal: bool) -> structlog.stdlib.ProcessorFormatter:
    """What makes a line of an event."""
    last: list[Processor]
    if terminal:
        plain = structlog.dev.plain_traceback  # the usual one shows the values of variables
        last = [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    else:
        last = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
