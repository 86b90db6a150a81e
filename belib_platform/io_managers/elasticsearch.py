"""Assets of the search layer live in Elasticsearch, behind the alias named like the asset."""

from dataclasses import dataclass

import dagster as dg

from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.tables import INDICES
from belib_platform.dagster_internals.one_sentence import in_one_sentence
from belib_platform.dagster_internals.step_duration import seconds_so_far
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchError
from belib_platform.search.loading import IndexWrite


@dataclass(frozen=True)
class Index:
    """An alias, to be searched; nothing is read yet."""

    search: Search
    contract: type[Contract]


class ElasticsearchIOManager(dg.ConfigurableIOManager):
    """Sends documents that changed, deletes those that are gone, and hands the alias over."""

    elasticsearch: dg.ResourceDependency[ElasticsearchResource]

    def handle_output(self, context: dg.OutputContext, obj: IndexWrite) -> None:
        """Load the index. Raises dagster.Failure when Elasticsearch does not answer or refuses, or when documents were
        written and nothing is published under the alias."""
        index = self._index(context.asset_key)
        alias, client = index.search.alias(index.contract), index.search.client
        with in_one_sentence(context.step_context):
            try:
                loaded = obj.write()
            except SearchError as error:
                raise dg.Failure(f"{name(index.contract)}: {error}", allow_retries=error.may_pass) from error
            if loaded.slices and not client.indices.exists_alias(name=alias):
                raise dg.Failure(f"Nothing is published as {alias}.", allow_retries=False)
            count = client.options(ignore_status=404).count(index=alias).get("count", 0)
        context.add_output_metadata(
            {
                "sent_documents": loaded.sent,
                "deleted_documents": loaded.deleted,
                "dagster/row_count": count,
                "dagster/table_name": alias,
                **seconds_so_far(context),
            }
        )

    def load_input(self, context: dg.InputContext) -> Index:
        """The alias, to be searched."""
        return self._index(context.asset_key)

    def _index(self, key: dg.AssetKey) -> Index:
        contract = next(contract for contract in INDICES if name(contract) == key.path[-1])
        return Index(self.elasticsearch.search(), contract)
