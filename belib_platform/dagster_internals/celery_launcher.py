"""Runs as Celery tasks, where the death of a worker is noticed."""

import dagster as dg
from celery.states import PENDING
from dagster._core.launcher import CheckRunHealthResult, ResumeRunContext, WorkerStatus
from dagster._grpc.types import ResumeRunArgs
from dagster._serdes import pack_value
from dagster_celery.config import TASK_RESUME_JOB_NAME
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG
from dagster_celery.tasks import create_resume_job_task

ANSWER_S = 10.0
"""How long a worker may take to answer. Its main process does so at once, also while a child executes a run."""


class WatchedCeleryRunLauncher(CeleryRunLauncher):
    """Dagster's launcher, whose health check asks the worker and does not trust Celery's notes alone.

    Celery notes that a task has started, and nothing changes this note when the worker dies: its run would stay started
    until its maximum runtime. Dagster's run monitoring calls the check, and has another worker resume a run for which
    it says that the worker failed.
    """

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether a worker executes this run, which is started, or will do so once it is free.

        Raises what Celery raises when Redis does not answer: nothing is known then, and the run stays as it is.
        """
        task_id = run.tags.get(DAGSTER_CELERY_TASK_ID_TAG)
        # without a task a command executes it, such as `belib rebuild`; what is pending waits to be resumed
        if task_id is None or self.celery.AsyncResult(task_id).state == PENDING:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        noted = super().check_run_worker_health(run)
        if noted.status is not WorkerStatus.RUNNING or self._is_executing(task_id):
            return noted
        again = super().check_run_worker_health(run)  # it may have ended meanwhile
        if again.status is not WorkerStatus.RUNNING:
            return again
        return CheckRunHealthResult(WorkerStatus.FAILED, "Celery's worker does not answer, or was restarted.")

    def resume_run(self, context: ResumeRunContext) -> None:
        """Send a started run to a worker once more; dagster-celery names the task's argument wrongly."""
        run = context.dagster_run
        if run.job_code_origin is None:
            raise ValueError(f"Run {run.run_id} does not say where its code is.")
        arguments = ResumeRunArgs(run.job_code_origin, run.run_id, self._instance.get_ref(), True)
        resume_job = create_resume_job_task(self.celery)
        signature = resume_job.si(resume_job_args_packed=pack_value(arguments))
        self._launch_celery_task_run(run, signature, TASK_RESUME_JOB_NAME)

    def _is_executing(self, task_id: str) -> bool:
        noted = self.celery.AsyncResult(task_id).info
        worker = noted.get("hostname") if isinstance(noted, dict) else None
        if worker is None:  # it has ended since
            return False
        answers = self.celery.control.inspect([worker], timeout=ANSWER_S).query_task(task_id) or {}
        return task_id in answers.get(worker, {})
