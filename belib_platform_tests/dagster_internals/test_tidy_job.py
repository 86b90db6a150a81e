"""The nightly job: both ops on real stores, and what they say in Dagster's UI."""

import dagster as dg

from belib_platform.definitions import defs
from belib_platform.local.urls import Urls
from belib_platform_tests.dagster_internals import busy
from belib_platform_tests.end_to_end.platform import failure_of, new_platform


def test_the_night_prunes_what_is_old_and_says_how_much(
    stores: Urls, instance: dg.DagsterInstance, dagster_url: str
) -> None:
    old = busy.run(instance)
    busy.age(dagster_url, old, 8)
    noise = busy.types(dagster_url, old)["STEP_OUTPUT"]
    with new_platform(stores):
        result = defs.resolve_job_def("tidy_daily").execute_in_process(instance=instance)
    said = {
        event.step_key: {name: value.value for name, value in event.step_output_data.metadata.items()}
        for event in result.all_events
        if event.is_successful_output
    }
    assert said["pruned_event_log"]["step_output_rows"] == noise
    assert said["pruned_event_log"]["is_complete"] is True
    assert said["pruned_event_log"]["rows"] > noise
    assert said["settled_indices"] == {"indices": 0, "refused": ""}
    assert "STEP_OUTPUT" not in busy.types(dagster_url, old)


def test_on_another_storage_the_night_fails_with_a_sentence(stores: Urls) -> None:
    with new_platform(stores) as platform:
        job = defs.resolve_job_def("tidy_daily")
        result = job.execute_in_process(instance=platform.instance, raise_on_error=False)
    assert "not in PostgreSQL" in failure_of(result)
