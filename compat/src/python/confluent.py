"""confluent-kafka (a current librdkafka): administration, records, positions, both group protocols, transactions."""

import functools
import time

from checks import by_key, check, equal, eventually, refused, run
from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)


@functools.cache
def admin_of(bootstrap):
    """One client for all: a call ends with the client it was made on."""
    return AdminClient({"bootstrap.servers": bootstrap})


def result(futures):
    """The one answer of an administration call."""
    [future] = futures.values()
    return future.result(20)


def create(bootstrap, topic, partitions, **options):
    result(admin_of(bootstrap).create_topics([NewTopic(topic, partitions, 1, **options)]))


def send(producer, records):
    """Sends (topic, key, value) and gives what the broker acknowledged or refused."""
    answers = []
    for topic, key, value in records:
        producer.produce(topic, value, key, on_delivery=lambda error, message: answers.append((error, message)))
    producer.flush(20)
    return answers


def read(bootstrap, partition, count, **options):
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "rd-unused",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 50,
            "check.crcs": True,
            **options,
        }
    )
    consumer.assign([partition])
    messages = []
    deadline = time.monotonic() + 10
    while len(messages) < count and time.monotonic() < deadline:
        messages.extend(m for m in consumer.consume(500, 0.2) if m.error() is None)
    consumer.close()
    return messages


def topics(bootstrap):
    admin = admin_of(bootstrap)
    create(bootstrap, "rd-topics", 2, config={"retention.ms": "86400000"})
    refused("a topic is created once", "TOPIC_ALREADY_EXISTS", lambda: create(bootstrap, "rd-topics", 2))
    refused("a name is checked", "TOPIC_EXCEPTION", lambda: create(bootstrap, "no/slash", 1))
    cluster = admin.describe_cluster().result(20)
    equal("describe_cluster finds one broker", len(cluster.nodes), 1)
    check("the cluster has an id", cluster.cluster_id, cluster.cluster_id)
    resource = ConfigResource(ResourceType.TOPIC, "rd-topics")

    def settings():
        return result(admin.describe_configs([resource]))

    before = settings()
    equal("describe_configs knows what was set", before["retention.ms"].value, "86400000")
    check("and that it is not a default", not before["retention.ms"].is_default, before["retention.ms"])
    check("and what is", before["cleanup.policy"].is_default, before["cleanup.policy"])
    changes = ConfigResource(
        ResourceType.TOPIC,
        "rd-topics",
        incremental_configs=[
            ConfigEntry("cleanup.policy", "compact", incremental_operation=AlterConfigOpType.APPEND),
            ConfigEntry("retention.ms", None, incremental_operation=AlterConfigOpType.DELETE),
        ],
    )
    result(admin.incremental_alter_configs([changes]))
    eventually(lambda: settings()["retention.ms"].is_default, 5)
    after = settings()
    equal("incremental_alter_configs appends", after["cleanup.policy"].value, "delete,compact")
    equal("incremental_alter_configs deletes", after["retention.ms"].value, "604800000")
    [broker] = [str(node.id) for node in cluster.nodes]
    values = result(admin.describe_configs([ConfigResource(ResourceType.BROKER, broker)]))
    check("a broker's settings are described", len(values) > 100 and "log.dirs" in values, len(values))
    result(admin.create_partitions([NewPartitions("rd-topics", 4)]))

    def partitions():
        return len(admin.list_topics("rd-topics", 10).topics["rd-topics"].partitions)

    eventually(lambda: partitions() == 4, 5)
    equal("create_partitions", partitions(), 4)
    result(admin.delete_topics(["rd-topics"]))
    eventually(lambda: "rd-topics" not in admin.list_topics(timeout=10).topics, 5)
    check("delete_topics", "rd-topics" not in admin.list_topics(timeout=10).topics)


def records(bootstrap):
    create(bootstrap, "rd-records", 1)
    sent = []
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        for acks in (0, 1, "all"):
            options = {"compression.type": codec, "acks": acks, "linger.ms": 20}
            producer = Producer({"bootstrap.servers": bootstrap, **options})
            key = f"{codec}-{acks}".encode()
            values = [f"{codec} {acks} {i} ".encode() * 10 for i in range(40)]
            answers = send(producer, [("rd-records", key, value) for value in values])
            check(f"{codec} acks={acks} is acknowledged", all(e is None for e, _ in answers) and len(answers) == 40)
            sent.extend((key, value) for value in values)
    back = read(bootstrap, TopicPartition("rd-records", 0, 0), len(sent))
    check("all codecs and acknowledgements come back", by_key((m.key(), m.value()) for m in back) == by_key(sent), len(back))
    check("offsets count from 0", [m.offset() for m in back] == list(range(len(sent))))

    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    headers = [("a", b"1"), ("b", None), ("a", b"2")]
    producer.produce("rd-records", b"value", b"key", headers=headers, timestamp=1700000000123)
    producer.produce("rd-records", None, b"tombstone")
    producer.flush(20)
    one, two = read(bootstrap, TopicPartition("rd-records", 0, len(sent)), 2)
    equal("headers come back", one.headers(), headers)
    equal("the time comes back", one.timestamp(), (1, 1700000000123))
    equal("a null value stays null", (two.key(), two.value()), (b"tombstone", None))
    large = Producer({"bootstrap.servers": bootstrap, "message.max.bytes": 10_000_000})
    [(error, _)] = send(large, [("rd-records", None, b"x" * 2_000_000)])
    equal("2 MB in one record", error and error.code(), KafkaError.MSG_SIZE_TOO_LARGE)
    [(error, message)] = send(producer, [("rd-by-use", None, b"first")])
    equal("a topic is created by its first record", (error, message.offset()), (None, 0))


def positions(bootstrap):
    admin = admin_of(bootstrap)
    create(bootstrap, "rd-positions", 1)
    partition = TopicPartition("rd-positions", 0)
    producer = Producer({"bootstrap.servers": bootstrap})
    for i in range(20):
        producer.produce("rd-positions", f"{i}", timestamp=1_000_000 + 10 * i)
        if i % 4 == 3:
            producer.flush(20)

    def offset(spec):
        found = result(admin.list_offsets({partition: spec}, isolation_level=IsolationLevel.READ_UNCOMMITTED))
        return found.offset

    equal("earliest", offset(OffsetSpec.earliest()), 0)
    equal("latest", offset(OffsetSpec.latest()), 20)
    equal("largest time", offset(OffsetSpec.max_timestamp()), 19)
    equal("by time", offset(OffsetSpec.for_timestamp(1_000_055)), 6)
    equal("too late", offset(OffsetSpec.for_timestamp(9_000_000)), -1)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "rd-unused"})
    equal("watermarks", consumer.get_watermark_offsets(partition, 10), (0, 20))
    [found] = consumer.offsets_for_times([TopicPartition("rd-positions", 0, 1_000_055)], 10)
    equal("offsets_for_times", found.offset, 6)
    consumer.close()
    tail = read(bootstrap, TopicPartition("rd-positions", 0, 17), 3)
    equal("from an offset", [m.value() for m in tail], [b"17", b"18", b"19"])
    deleted = result(admin.delete_records([TopicPartition("rd-positions", 0, 5)]))
    equal("delete_records", deleted.low_watermark, 5)
    kept = read(bootstrap, TopicPartition("rd-positions", 0, OFFSET_BEGINNING), 15)
    equal("the beginning is after what was deleted", [m.offset() for m in kept], list(range(5, 20)))


def share(bootstrap, protocol, options):
    admin = admin_of(bootstrap)
    topic, group = f"rd-{protocol}", f"rd-readers-{protocol}"
    create(bootstrap, topic, 4)
    producer = Producer({"bootstrap.servers": bootstrap})

    def member():
        consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 50,
                "enable.auto.commit": False,
                **options,
            }
        )
        consumer.subscribe([topic])
        return consumer

    places = set()
    members = [member(), member()]

    def poll():
        for each in members:
            for message in each.consume(500, 0.05):
                if message.error() is None:
                    places.add((message.partition(), message.offset()))
        return sorted(len(each.assignment()) for each in members)

    send(producer, [(topic, f"{i}", f"value {i}") for i in range(100)])
    check(f"{protocol}: two members share four partitions", eventually(lambda: poll() == [2, 2], 30), poll())
    check(f"{protocol}: they read all", eventually(lambda: poll() and len(places) == 100), len(places))
    described = result(admin.describe_consumer_groups([group]))
    found = (described.state.name, described.type.name, len(described.members))
    equal(f"{protocol}: describe_consumer_groups", found, ("STABLE", protocol.upper(), 2))
    listed = {g.group_id: g for g in admin.list_consumer_groups().result(20).valid}
    check(f"{protocol}: list_consumer_groups", group in listed, listed)
    members.pop().close()
    send(producer, [(topic, f"{i}", f"value {i}") for i in range(100)])
    check(f"{protocol}: the one left reads all", eventually(lambda: poll() == [4] and len(places) == 200), len(places))
    members[0].commit(asynchronous=False)
    members.pop().close()

    def commits():
        return result(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])).topic_partitions

    equal(f"{protocol}: commits add up", sum(p.offset for p in commits()), 200)
    altered = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 3)])
    result(admin.alter_consumer_group_offsets([altered]))
    equal(f"{protocol}: altered", [p.offset for p in commits() if p.partition == 0], [3])
    result(admin.delete_consumer_groups([group]))
    left = [g.group_id for g in admin.list_consumer_groups().result(20).valid]
    check(f"{protocol}: deleted", group not in left, left)


def classic_groups(bootstrap):
    share(bootstrap, "classic", {"session.timeout.ms": 10_000, "heartbeat.interval.ms": 200})


def consumer_groups(bootstrap):
    share(bootstrap, "consumer", {"group.protocol": "consumer"})


def transactions(bootstrap):
    create(bootstrap, "rd-ledger", 1)
    partition = TopicPartition("rd-ledger", 0, 0)
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "rd-clerk"})
    producer.init_transactions(20)
    for values, commits in ((("a", "b"), True), (("x", "y"), False), (("c",), True)):
        producer.begin_transaction()
        for value in values:
            producer.produce("rd-ledger", value)
        producer.flush(20)
        if commits:
            producer.commit_transaction(20)
        else:
            producer.abort_transaction(20)
    committed = read(bootstrap, partition, 3, **{"isolation.level": "read_committed"})
    equal("read_committed", [(m.offset(), m.value()) for m in committed], [(0, b"a"), (1, b"b"), (6, b"c")])
    uncommitted = read(bootstrap, partition, 5, **{"isolation.level": "read_uncommitted"})
    equal("read_uncommitted", [m.value() for m in uncommitted], [b"a", b"b", b"x", b"y", b"c"])

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "rd-ledger-readers"})
    producer.begin_transaction()
    producer.produce("rd-ledger", "d")
    metadata = consumer.consumer_group_metadata()
    producer.send_offsets_to_transaction([TopicPartition("rd-ledger", 0, 7)], metadata, 20)
    producer.commit_transaction(20)
    [found] = consumer.committed([TopicPartition("rd-ledger", 0)], 20)
    equal("offsets are committed with the transaction", found.offset, 7)
    consumer.close()

    first = Producer({"bootstrap.servers": bootstrap, "transactional.id": "rd-fenced"})
    first.init_transactions(20)
    first.begin_transaction()
    first.produce("rd-ledger", "from the old one")
    first.flush(20)
    second = Producer({"bootstrap.servers": bootstrap, "transactional.id": "rd-fenced"})
    second.init_transactions(20)
    refused("a producer that was replaced", "FENCED", lambda: first.commit_transaction(20))
    last = read(bootstrap, partition, 4, **{"isolation.level": "read_committed"})
    equal("its transaction was aborted", [m.value() for m in last], [b"a", b"b", b"c", b"d"])


run([topics, records, positions, classic_groups, consumer_groups, transactions])
