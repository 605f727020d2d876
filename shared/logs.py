"""Events with fields, one a line: for people (`console`) or for collectors (`json`)."""

import logging
import sys

import structlog

from shared.settings import LogSettings

# What these say at INFO is either ours to say or noise on every connection.
_QUIET = (
    "botocore",
    "celery.app.trace",
    "celery.beat",
    "celery.redirected",
    "celery.worker.request",
    "celery.worker.strategy",
    "httpx",
    "kombu",
    "numba",
    "s3fs",
)


def configure_logs(settings: LogSettings, *, service: str) -> None:
    """Send our events and those of the libraries through one formatter to standard error."""
    json = settings.log_format == "json"
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _drop_uvicorn_colours,
        structlog.processors.TimeStamper(fmt="iso", utc=True)
        if json
        else structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=28, exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    tail: list[structlog.types.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        tail.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*tail, renderer]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    logging.captureWarnings(capture=True)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if json:
        # On a terminal the supervisor writes the service's name before each line.
        structlog.contextvars.bind_contextvars(service=service)


def _drop_uvicorn_colours(_logger: object, _name: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    event.pop("color_message", None)
    return event
