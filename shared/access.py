"""Whether a web source may be asked: its terms acknowledged, its credentials there. For the API and the crawler."""

from shared.domain.crawl import CrawlRequest
from shared.domain.web_sources import WEB_SOURCES, WebSource, environment_variable
from shared.errors import PermanentError, Reason
from shared.settings import SourceSettings


def require_access(request: CrawlRequest, settings: SourceSettings) -> None:
    """Raises PermanentError: `terms_not_acknowledged` or `no_credentials`, for the source or those of its audio."""
    for name in dict.fromkeys((request.source, *request.list_audio_sources())):
        if name in WEB_SOURCES:
            require_source(WEB_SOURCES[name], settings)


def require_source(source: WebSource, settings: SourceSettings) -> None:
    """The same for one source."""
    if source.acknowledgement and not getattr(settings, source.acknowledgement):
        raise PermanentError(
            Reason.TERMS_NOT_ACKNOWLEDGED,
            f"the source {source.name} is off. {source.terms}. If you may use it all the same, set "
            f"{environment_variable(source.acknowledgement)}=true and start again.",
        )
    missing = [environment_variable(name) for name in source.credentials if not settings.get_secret(name)]
    if missing:
        raise PermanentError(
            Reason.NO_CREDENTIALS, f"the source {source.name} needs {' and '.join(missing)}: see docs/guide/sources.md"
        )
