"""The topic: compacted, so that it keeps the newest change of each thing for ever, and made where it is absent."""

from datetime import timedelta

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from belib_platform.kafka.cluster import ANSWER_S, ClusterAwayError, client_of
from belib_platform.kafka.complaints import Complaints

REFUSALS = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.POLICY_VIOLATION,
)


class TopicError(Exception):
    """The topic is absent and may not be made; the message says how it should be made."""


def ensure_topic(options: dict[str, str], topic: str, keeps: timedelta) -> str:
    """Make the topic unless there is one, and return the id of its cluster.

    Changes younger than `keeps` are not compacted. Partitions and replicas are as many as the cluster's default. An
    existing topic stays as it is. Raises ClusterAwayError, ClusterOptionError, and TopicError if it may not be made.
    """
    complaints = Complaints()
    # log_level: the client would write to stderr what is said as a sentence
    admin = client_of(AdminClient, options, {"error_cb": complaints.note, "log_level": "0"})
    try:
        # all topics: to ask for one that is absent makes it, not compacted, where brokers make topics by themselves
        found = admin.list_topics(timeout=ANSWER_S)
        if topic not in found.topics:
            _create(admin, topic, keeps)
    except KafkaException as error:
        admin.poll(0)
        raise ClusterAwayError(complaints.last or error.args[0].str().rstrip(".")) from None
    return str(found.cluster_id)


def _create(admin: AdminClient, topic: str, keeps: timedelta) -> None:
    config = {"cleanup.policy": "compact", "min.compaction.lag.ms": str(int(keeps.total_seconds() * 1000))}
    made = admin.create_topics([NewTopic(topic, config=config)], request_timeout=ANSWER_S)[topic]
    try:
        made.result()
    except KafkaException as error:
        reason: KafkaError = error.args[0]
        if reason.code() in REFUSALS:
            settings = " ".join(f"--config {name}={value}" for name, value in config.items())
            raise TopicError(
                f"The topic {topic} does not exist, and Kafka does not let this user make it: {reason.str()} "
                f"Somebody who may has to make it: kafka-topics.sh --create --topic {topic} {settings}"
            ) from None
        if reason.code() != KafkaError.TOPIC_ALREADY_EXISTS:  # another publisher was faster
            raise
