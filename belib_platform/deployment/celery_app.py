"""The Celery app of the workers (`celery -A`), configured in one place: the launcher's, in Dagster's instance.

Raises TypeError where the instance of DAGSTER_HOME has another launcher.
"""

import dagster as dg
from celery.signals import worker_process_init
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

from belib_platform.deployment.celery_children import allow_children


def _launcher() -> CeleryRunLauncher:
    with dg.DagsterInstance.get() as instance:
        launcher = instance.run_launcher
    if not isinstance(launcher, CeleryRunLauncher):
        raise TypeError(f"Dagster's instance starts runs by {type(launcher).__name__}, not by Celery.")
    return launcher


worker_process_init.connect(allow_children)

app = _launcher().celery
create_execute_job_task(app)
create_resume_job_task(app)
