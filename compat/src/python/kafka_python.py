"""kafka-python 3.x: administration, records in all codecs, positions, groups, transactions."""

import time

from checks import by_key, check, equal, eventually, refused, run
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.structs import OffsetAndMetadata


def admin_of(bootstrap):
    return KafkaAdminClient(bootstrap_servers=bootstrap)


def read(bootstrap, partition, count, start=0, **options):
    """`count` records of one partition from an offset, or what came within ten seconds."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, fetch_max_wait_ms=50, **options)
    consumer.assign([partition])
    consumer.seek(partition, start)
    records = []
    deadline = time.monotonic() + 10
    while len(records) < count and time.monotonic() < deadline:
        for batch in consumer.poll(timeout_ms=200).values():
            records.extend(batch)
    consumer.close()
    return records


def topics(bootstrap):
    admin = admin_of(bootstrap)
    options = {"num_partitions": 2, "replication_factor": 1, "configs": {"retention.ms": "86400000"}}
    admin.create_topics({"py-topics": options}, wait_for_metadata=True)
    [described] = admin.describe_topics(["py-topics"])
    equal("describe_topics finds two partitions", len(described["partitions"]), 2)
    check("a topic has an id", str(described["topic_id"]).count("-") == 4, described)
    check("list_topics lists it", "py-topics" in admin.list_topics(), admin.list_topics())
    refused("a topic is created once", "TopicAlreadyExists", lambda: admin.create_topics({"py-topics": options}))
    refused("a name is checked", "InvalidTopic", lambda: admin.create_topics({"no/slash": {}}))
    refused(
        "replicas are counted",
        "InvalidReplicationFactor",
        lambda: admin.create_topics({"py-many": {"num_partitions": 1, "replication_factor": 7}}),
    )
    refused(
        "a topic has partitions",
        "InvalidPartitions",
        lambda: admin.create_topics({"py-none": {"num_partitions": 0, "replication_factor": 1}}),
    )

    resource = ConfigResource(ConfigResourceType.TOPIC, "py-topics")

    def settings():
        answer = admin.describe_configs([resource], config_filter="all", include_synonyms=True)
        return next(iter(answer.values()))["py-topics"]

    before = settings()
    equal("describe_configs knows what was set", before["retention.ms"]["value"], "86400000")
    equal("describe_configs knows defaults", before["cleanup.policy"]["value"], "delete")
    check("describe_configs lists all", len(before) > 25, len(before))
    changed = ConfigResource(
        ConfigResourceType.TOPIC,
        "py-topics",
        configs={"max.message.bytes": ("SET", "2000000"), "retention.ms": ("DELETE", None)},
    )
    admin.alter_configs([changed])
    eventually(lambda: settings()["retention.ms"]["value"] != "86400000", 5)
    after = settings()
    equal("alter_configs sets", after["max.message.bytes"]["value"], "2000000")
    equal("alter_configs deletes", after["retention.ms"]["value"], "604800000")

    admin.create_partitions({"py-topics": 3})
    eventually(lambda: len(admin.describe_topics(["py-topics"])[0]["partitions"]) == 3, 5)
    equal("create_partitions adds one", len(admin.describe_topics(["py-topics"])[0]["partitions"]), 3)
    refused("partitions never become fewer", "InvalidPartitions", lambda: admin.create_partitions({"py-topics": 1}))
    cluster = admin.describe_cluster()
    equal("describe_cluster finds one broker", len(cluster["brokers"]), 1)
    directories = admin.describe_log_dirs()
    check("describe_log_dirs finds the topic", "py-topics" in repr(directories), directories)
    admin.delete_topics(["py-topics"])
    eventually(lambda: "py-topics" not in admin.list_topics(), 5)
    check("delete_topics deletes", "py-topics" not in admin.list_topics(), admin.list_topics())
    refused("a topic is deleted once", "UnknownTopicOrPartition", lambda: admin.delete_topics(["py-topics"]))


def records(bootstrap):
    admin = admin_of(bootstrap)
    admin.create_topics({"py-records": {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    partition = TopicPartition("py-records", 0)
    sent = []
    for codec in (None, "gzip", "snappy", "lz4", "zstd"):
        for acks in (0, 1, "all"):
            producer = KafkaProducer(
                bootstrap_servers=bootstrap, compression_type=codec, acks=acks, enable_idempotence=False, linger_ms=20
            )
            for i in range(40):
                value = f"{codec} {acks} {i} ".encode() * 10
                key = f"{codec}-{acks}".encode()
                producer.send("py-records", key=key, value=value, partition=0)
                sent.append((key, value))
            producer.flush()
            producer.close()
    back = read(bootstrap, partition, len(sent))
    equal("all codecs and acknowledgements: as many come back", len(back), len(sent))
    check("all codecs and acknowledgements come back in order", by_key((r.key, r.value) for r in back) == by_key(sent))
    check("offsets count from 0", [r.offset for r in back] == list(range(len(sent))))

    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    first = producer.send("py-records", b"with headers", b"key", [("a", b"1"), ("b", b"")], timestamp_ms=1700000000123)
    producer.send("py-records", None, b"tombstone")
    producer.send("py-records", b"keyless")
    producer.flush()
    equal("a producer learns the offset", first.get(10).offset, len(sent))
    headers, tombstone, keyless = read(bootstrap, partition, 3, start=len(sent))
    equal("headers come back", list(headers.headers), [("a", b"1"), ("b", b"")])
    equal("the time comes back", (headers.timestamp, headers.timestamp_type), (1700000000123, 0))
    equal("a null value stays null", (tombstone.key, tombstone.value), (b"tombstone", None))
    equal("a record without key has none", (keyless.key, keyless.value), (None, b"keyless"))
    large = KafkaProducer(bootstrap_servers=bootstrap, max_request_size=10_000_000)
    refused(
        "2 MB in one record",
        "MessageSizeTooLarge",
        lambda: large.send("py-records", b"x" * 2_000_000).get(20),
    )
    created = KafkaProducer(bootstrap_servers=bootstrap)
    equal("a topic is created by its first record", created.send("py-by-use", b"first").get(20).offset, 0)

    times = {"num_partitions": 1, "replication_factor": 1, "configs": {"message.timestamp.type": "LogAppendTime"}}
    admin.create_topics({"py-append": times}, wait_for_metadata=True)
    answer = producer.send("py-append", b"old", timestamp_ms=1000).get(10)
    [appended] = read(bootstrap, TopicPartition("py-append", 0), 1)
    check("append time is the broker's", abs(appended.timestamp - time.time() * 1000) < 60_000, appended)
    equal("append time has its type and is told", (appended.timestamp_type, answer.timestamp), (1, appended.timestamp))


def positions(bootstrap):
    admin = admin_of(bootstrap)
    admin.create_topics({"py-positions": {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    partition = TopicPartition("py-positions", 0)
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for i in range(20):
        producer.send("py-positions", f"{i}".encode(), timestamp_ms=1_000_000 + 10 * i)
        if i % 4 == 3:
            producer.flush()
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    equal("beginning_offsets", consumer.beginning_offsets([partition]), {partition: 0})
    equal("end_offsets", consumer.end_offsets([partition]), {partition: 20})

    def at(timestamp):
        found = consumer.offsets_for_times({partition: timestamp})[partition]
        return found and (found.offset, found.timestamp)

    equal("a time between two records", at(1_000_055), (6, 1_000_060))
    equal("a record's own time", at(1_000_070), (7, 1_000_070))
    equal("a time before all", at(1), (0, 1_000_000))
    equal("a time after all", at(2_000_000), None)
    equal("from an offset", [r.value for r in read(bootstrap, partition, 6, start=14)], [b"%d" % i for i in range(14, 20)])
    consumer.assign([partition])
    consumer.seek_to_end()
    equal("the end", consumer.position(partition), 20)
    consumer.close()
    deleted = admin.delete_records({partition: 5})
    check("delete_records tells the low watermark", deleted[partition]["low_watermark"] == 5, deleted)
    refused("beyond the end", "OffsetOutOfRange", lambda: admin.delete_records({partition: 99}))
    late = KafkaConsumer(
        "py-positions", bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=1000
    )
    equal("earliest is after what was deleted", [r.offset for r in late], list(range(5, 20)))
    late.close()


def groups(bootstrap):
    admin = admin_of(bootstrap)
    admin.create_topics({"py-groups": {"num_partitions": 4, "replication_factor": 1}}, wait_for_metadata=True)
    producer = KafkaProducer(bootstrap_servers=bootstrap)

    def send():
        for i in range(100):
            producer.send("py-groups", f"value {i}".encode(), f"{i}".encode())
        producer.flush()

    def member():
        return KafkaConsumer(
            "py-groups",
            bootstrap_servers=bootstrap,
            group_id="py-readers",
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=200,
            fetch_max_wait_ms=50,
        )

    members = [member(), member()]
    places = set()

    def poll():
        for each in members:
            for batch in each.poll(timeout_ms=50).values():
                places.update((r.partition, r.offset) for r in batch)
        return [len(each.assignment()) for each in members]

    send()
    check("two members share four partitions", eventually(lambda: poll() == [2, 2]), poll())
    check("they read all", eventually(lambda: poll() and len(places) == 100), len(places))
    described = admin.describe_groups(["py-readers"])["py-readers"]
    check("describe_groups finds two members", len(described["members"]) == 2, described)
    listed = {group["group_id"]: group for group in admin.list_groups()}
    check("list_groups lists it", "py-readers" in listed, listed)
    members.pop().close()
    send()
    check("the one left reads all", eventually(lambda: poll() == [4] and len(places) == 200), len(places))
    members[0].commit()
    members.pop().close()

    commits = admin.list_group_offsets({"py-readers": None})["py-readers"]
    equal("commits add up", sum(c.offset for c in commits.values()), 200)
    partition = TopicPartition("py-groups", 0)
    admin.alter_group_offsets("py-readers", {partition: OffsetAndMetadata(3, "by hand", -1)})
    commits = admin.list_group_offsets({"py-readers": None})["py-readers"]
    equal("alter_group_offsets keeps offset and metadata", commits[partition][:2], (3, "by hand"))
    admin.delete_group_offsets("py-readers", [partition])
    commits = admin.list_group_offsets({"py-readers": None})["py-readers"]
    equal("delete_group_offsets forgets one", len([c for c in commits.values() if c.offset >= 0]), 3)
    admin.delete_groups(["py-readers"])
    listed = {group["group_id"] for group in admin.list_groups()}
    check("delete_groups deletes", "py-readers" not in listed, listed)


def transactions(bootstrap):
    admin = admin_of(bootstrap)
    admin.create_topics({"py-ledger": {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    partition = TopicPartition("py-ledger", 0)
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id="py-clerk")
    producer.init_transactions()
    for values, commits in (((b"a", b"b"), True), ((b"x", b"y"), False), ((b"c",), True)):
        producer.begin_transaction()
        for value in values:
            producer.send("py-ledger", value)
        producer.flush()
        if commits:
            producer.commit_transaction()
        else:
            producer.abort_transaction()
    committed = read(bootstrap, partition, 3, isolation_level="read_committed")
    equal("read_committed", [(r.offset, r.value) for r in committed], [(0, b"a"), (1, b"b"), (6, b"c")])
    uncommitted = read(bootstrap, partition, 5)
    equal("read_uncommitted", [r.value for r in uncommitted], [b"a", b"b", b"x", b"y", b"c"])

    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id="py-ledger-readers", enable_auto_commit=False)
    consumer.assign([partition])
    producer.begin_transaction()
    producer.send("py-ledger", b"d")
    offsets = {partition: OffsetAndMetadata(7, "", -1)}
    producer.send_offsets_to_transaction(offsets, consumer.group_metadata())
    producer.commit_transaction()
    eventually(lambda: consumer.committed(partition) == 7, 5)
    equal("offsets are committed with the transaction", consumer.committed(partition), 7)
    consumer.close()
    first = KafkaProducer(bootstrap_servers=bootstrap, transactional_id="py-fenced")
    first.init_transactions()
    first.begin_transaction()
    first.send("py-ledger", b"from the old one")
    first.flush()
    second = KafkaProducer(bootstrap_servers=bootstrap, transactional_id="py-fenced")
    second.init_transactions()
    refused("a producer that was replaced", "Fenced", first.commit_transaction)
    last = read(bootstrap, partition, 4, isolation_level="read_committed")
    equal("its transaction was aborted", [r.value for r in last], [b"a", b"b", b"c", b"d"])


run([topics, records, positions, groups, transactions])
