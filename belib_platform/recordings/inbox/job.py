"""The job behind the inbox: one run imports what was dropped under one name."""

from typing import Any

import dagster as dg

from belib_platform.jobs import QUIET
from belib_platform.recordings.inbox.folders import Inbox, printable
from belib_platform.recordings.inbox.importing import import_dropped
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings

TAG = "belib/inbox"
"""Tag of the inbox's runs; its value is the name and the signature of what was dropped."""

OP = "import_from_inbox"


class DroppedConfig(dg.Config):
    """What to import: a name in the inbox, and its signature, which no longer changed."""

    name: str
    signature: str


@dg.op(name=OP, description="Import what was dropped into the inbox, make its days again, and move it.")
def import_from_inbox(context: dg.OpExecutionContext, config: DroppedConfig, mongo: MongoResource) -> dg.Output[None]:
    """One import at a time; raises dagster.Failure, which names what was dropped and says what went wrong."""
    from belib_platform.files.locks import lock

    settings = load_settings()
    inbox = Inbox(settings.home)
    try:
        with lock(inbox.lock):
            outcome = import_dropped(context.instance, inbox, config.name, config.signature, settings, mongo.store())
    except Exception as error:
        reason = f"{printable(config.name)} in the inbox was not imported, and stays there: {error}"
        raise dg.Failure(reason, allow_retries=False) from error
    return dg.Output(None, metadata=outcome.metadata())


@dg.job(description="Import what was dropped into BELIB_HOME/inbox under one name.")
def inbox_import() -> None:
    """The op alone."""
    import_from_inbox()


def config_of(name: str, signature: str) -> dict[str, Any]:
    """The run's configuration for something dropped."""
    return {"ops": {OP: {"config": {"name": name, "signature": signature}}}, **QUIET}
