"""Raw assets live in MongoDB: responses in the collection named like the asset, and the latest documents."""

from collections.abc import Sequence

import dagster as dg

from belib_platform.dagster_internals.one_sentence import in_one_sentence
from belib_platform.dagster_internals.step_duration import seconds_so_far
from belib_platform.raw.latest import Latest, refresh_latest
from belib_platform.raw.response import Response
from belib_platform.raw.responses import RawResponses
from belib_platform.resources.mongo import MongoResource


class MongoResponsesIOManager(dg.ConfigurableIOManager):
    """Adds responses, never rewrites them, and hands over the responses of the collection, to be read when needed."""

    mongo: dg.ResourceDependency[MongoResource]

    def handle_output(self, context: dg.OutputContext, obj: Sequence[Response]) -> None:
        """Keep the responses that are not kept yet and settle the ledger. Raises dagster.Failure on a conflict."""
        store, collection = self.mongo.store(), context.asset_key.path[-1]
        with in_one_sentence(context.step_context):
            conflicts = store.keep(collection, list(obj)).conflicts
            total = store.database[collection].estimated_document_count()
        if conflicts:
            raise dg.Failure("; ".join(conflicts.values()), allow_retries=False)
        context.add_output_metadata({"total_pages": total, **seconds_so_far(context)})

    def load_input(self, context: dg.InputContext) -> RawResponses:
        """The responses of the asset; nothing is read yet."""
        with in_one_sentence(context.step_context):
            return self.mongo.store().responses(context.asset_key.path[-1])


class MongoLatestIOManager(dg.ConfigurableIOManager):
    """Writes a response's records over the documents of a collection."""

    mongo: dg.ResourceDependency[MongoResource]

    def handle_output(self, context: dg.OutputContext, obj: Latest) -> None:
        """Write the documents that differ."""
        with in_one_sentence(context.step_context):
            changed = refresh_latest(self.mongo.store().database[context.asset_key.path[-1]], obj)
        context.add_output_metadata({"changed_documents": changed, **seconds_so_far(context)})

    def load_input(self, context: dg.InputContext) -> None:
        """Nothing is computed from the latest documents."""
        raise NotImplementedError(f"{context.asset_key.to_user_string()} is a view of raw; compute from its responses.")
