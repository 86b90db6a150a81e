"""Services of the compose files as plain processes: the same commands, environment and configuration, other places."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from belib_platform.local.children import Child, end_all
from belib_platform.local.ports import LOOPBACK, any_free
from belib_platform_tests.deployment.compose import BASE, DOCKER, stack

OURS = ("code", "webserver", "daemon", "metrics", "api")


class Services:
    """The services of ours, each with a session and a log of its own, below one folder."""

    def __init__(
        self,
        folder: Path,
        secrets: dict[str, str],
        settings: dict[str, str],
        overlays: tuple[str, ...] = (),
        places: dict[str, str] | None = None,
    ) -> None:
        self.folder, self.code_port, self.ui_port = folder, any_free(), any_free()
        self.metrics_port, self.api_port = any_free(), any_free()
        self.home, self.instance = folder / "home", folder / "instance"
        self._services = stack(BASE, *overlays)["services"]
        self._settings = settings
        self._places = {
            "/var/lib/belib": str(self.home),
            "/opt/belib/dagster": str(self.instance),
            "/opt/belib/workspace.yaml": str(folder / "workspace.yaml"),
            "0.0.0.0": LOOPBACK,
            "4000": str(self.code_port),
            "3000": str(self.ui_port),
            "9750": str(self.metrics_port),
            "8000": str(self.api_port),
            **(places or {}),
        }
        self._lay_out(secrets)
        self.children: list[Child] = []

    def start(self, name: str, host: str = "") -> Child:
        """Start a service, or one of several containers of it, whose host has this name."""
        service = self._services[name]
        of_image = _entrypoint() if service["image"] == self._services["code"]["image"] else []
        whole = [*service.get("entrypoint", of_image), *service["command"]]
        command = [self._placed(name, part).replace("%h", host) for part in whole]
        child = Child(command, self._environment(name), self.folder / "logs" / f"{name}{host}.log")
        self.children.append(child)
        return child

    def is_healthy(self, name: str, host: str = "") -> bool:
        """Whether the service's own health check says so."""
        kind, *test = self._services[name]["healthcheck"]["test"]
        check = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        environment = {**self._environment(name), "HOSTNAME": host}
        placed = [self._placed(name, part) for part in check]
        return subprocess.run(placed, env=environment, capture_output=True, timeout=300, check=False).returncode == 0

    def run(self, *command: str) -> None:
        """Run a command as `docker compose run code` does. Raises CalledProcessError where it fails."""
        whole = [*_entrypoint(), *command]
        subprocess.run(whole, env=self._environment("code"), check=True, capture_output=True, timeout=600)

    def end(self) -> None:
        """Signal each group; what lives on is killed."""
        end_all(self.children)

    def _lay_out(self, secrets: dict[str, str]) -> None:
        for part in ("home", "instance", "logs"):
            (self.folder / part).mkdir(parents=True)
        for service in self._services:
            self._lay_out_secrets(service, secrets)
        (self.instance / "dagster.yaml").write_bytes((DOCKER / _instance_of(self._services["code"])).read_bytes())
        workspace = (DOCKER / "workspace.yaml").read_text(encoding="utf-8")
        placed = workspace.replace("host: code", f"host: {LOOPBACK}").replace("port: 4000", f"port: {self.code_port}")
        (self.folder / "workspace.yaml").write_text(placed, encoding="utf-8")

    def _lay_out_secrets(self, service: str, secrets: dict[str, str]) -> None:
        """A folder of the service's own, with those secrets alone that it lists, by the names that it gives them."""
        self._secrets_of(service).mkdir(parents=True)
        for listed in self._services[service].get("secrets", []):
            secret = listed if isinstance(listed, dict) else {"source": listed, "target": listed}
            if secret["source"] in secrets:
                file = self._secrets_of(service) / secret["target"]
                file.write_text(f"{secrets[secret['source']]}\n", encoding="utf-8")

    def _secrets_of(self, service: str) -> Path:
        return self.folder / "secrets" / service

    def _environment(self, name: str) -> dict[str, str]:
        service = self._services[name]
        written = {key: self._placed(name, value) for key, value in service.get("environment", {}).items()}
        path = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "DAGSTER_DISABLE_TELEMETRY": "yes"}
        return {**path, **(self._settings if service.get("env_file") else {}), **written}

    def _placed(self, service: str, text: str) -> str:
        for place, other in {"/run/secrets": str(self._secrets_of(service)), **self._places}.items():
            text = text.replace(place, other)
        return text


def _instance_of(service: dict[str, Any]) -> str:
    """The file that the image or an overlay puts at the place of Dagster's configuration."""
    mounted = (volume.split(":") for volume in service["volumes"])
    over = [source for source, place, *_ in mounted if place == "/opt/belib/dagster/dagster.yaml"]
    return over[-1] if over else "dagster.yaml"


def _entrypoint() -> list[str]:
    """As the image has it."""
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    written = next(line.partition(" ")[2] for line in lines if line.startswith("ENTRYPOINT"))
    entrypoint: list[str] = json.loads(written)
    return entrypoint
