"""Health check of the code server on port argv[1]; uses a tenth of the processor time of Dagster's own command."""

import sys

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from belib_platform.local.ports import LOOPBACK

SERVICE = "DagsterApi"
TIMEOUT_S = 5


def serves(port: int) -> bool:
    """Whether a code server on 127.0.0.1 reports within five seconds that it is serving."""
    with grpc.insecure_channel(f"{LOOPBACK}:{port}") as channel:
        try:
            answer = HealthStub(channel).Check(HealthCheckRequest(service=SERVICE), timeout=TIMEOUT_S)
        except grpc.RpcError:
            return False
    return bool(answer.status == HealthCheckResponse.SERVING)


if __name__ == "__main__":
    sys.exit(0 if serves(int(sys.argv[1])) else 1)
