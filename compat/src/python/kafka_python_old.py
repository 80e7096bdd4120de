"""kafka-python 2.0.2, of 2020: it guesses the broker's version from ranges and speaks old versions of everything."""

import threading
import time

from checks import by_key, check, equal, eventually, run
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic


def topics(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic("old-topics", 2, 1, topic_configs={"retention.ms": "86400000"})])
    check("list_topics lists it", eventually(lambda: "old-topics" in admin.list_topics()), admin.list_topics())
    [described] = admin.describe_topics(["old-topics"])
    equal("describe_topics", len(described["partitions"]), 2)
    admin.create_partitions({"old-topics": NewPartitions(3)})
    eventually(lambda: len(admin.describe_topics(["old-topics"])[0]["partitions"]) == 3)
    equal("create_partitions", len(admin.describe_topics(["old-topics"])[0]["partitions"]), 3)
    [answer] = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, "old-topics")])
    values = {name: value for name, value, *_ in answer.resources[0][4]}
    equal("describe_configs", values.get("retention.ms"), "86400000")
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, "old-topics", configs={"retention.ms": "1000"})])

    def retention():
        [answer] = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, "old-topics")])
        return {name: value for name, value, *_ in answer.resources[0][4]}.get("retention.ms")

    eventually(lambda: retention() == "1000", 5)
    equal("alter_configs", retention(), "1000")
    admin.delete_topics(["old-topics"])
    check("delete_topics", eventually(lambda: "old-topics" not in admin.list_topics()), admin.list_topics())
    admin.close()


def records(bootstrap):
    KafkaAdminClient(bootstrap_servers=bootstrap).create_topics([NewTopic("old-records", 1, 1)])
    partition = TopicPartition("old-records", 0)
    sent = []
    for codec in (None, "gzip", "snappy", "lz4"):
        for acks in (0, 1, "all"):
            producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type=codec, acks=acks, linger_ms=20)
            key = f"{codec}-{acks}".encode()
            for i in range(20):
                value = f"{codec} {acks} {i} ".encode() * 10
                producer.send("old-records", key=key, value=value, headers=[("a", b"1")], partition=0)
                sent.append((key, value))
            producer.flush()
            producer.close()
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, fetch_max_wait_ms=50)
    consumer.assign([partition])
    consumer.seek_to_beginning()
    back = []
    deadline = time.monotonic() + 10
    while len(back) < len(sent) and time.monotonic() < deadline:
        for batch in consumer.poll(timeout_ms=200).values():
            back.extend(batch)
    check("all codecs and acknowledgements come back", by_key((r.key, r.value) for r in back) == by_key(sent), len(back))
    check("with headers", all(r.headers == [("a", b"1")] for r in back))
    middle = max(r.timestamp for r in back[:100])
    found = consumer.offsets_for_times({partition: middle})[partition]
    first = next(r.offset for r in back if r.timestamp >= middle)
    equal("offsets_for_times", found.offset, first)
    equal("end_offsets", consumer.end_offsets([partition]), {partition: len(sent)})
    consumer.close()


def groups(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic("old-groups", 4, 1)])
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for i in range(100):
        producer.send("old-groups", b"value", f"{i}".encode())
    producer.flush()

    def member():
        return KafkaConsumer(
            "old-groups",
            bootstrap_servers=bootstrap,
            group_id="old-readers",
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=200,
            fetch_max_wait_ms=50,
        )

    # Joining blocks in this version until the whole group has joined, so each member has a thread.
    places, shares, stopping = set(), {}, threading.Event()

    def read(name):
        consumer = member()
        while not stopping.is_set():
            for batch in consumer.poll(timeout_ms=50).values():
                places.update((r.partition, r.offset) for r in batch)
            shares[name] = len(consumer.assignment())
        consumer.commit()
        consumer.close()

    threads = [threading.Thread(target=read, args=(i,), daemon=True) for i in range(2)]
    for thread in threads:
        thread.start()
    check("two members share four partitions", eventually(lambda: shares == {0: 2, 1: 2}), shares)
    check("they read all", eventually(lambda: len(places) == 100), len(places))
    [described] = admin.describe_consumer_groups(["old-readers"])
    equal("describe_consumer_groups", (described.state, len(described.members)), ("Stable", 2))
    check("list_consumer_groups", ("old-readers", "consumer") in admin.list_consumer_groups())
    stopping.set()
    for thread in threads:
        thread.join(20)
    commits = admin.list_consumer_group_offsets("old-readers")
    equal("list_consumer_group_offsets", sum(c.offset for c in commits.values()), 100)
    admin.delete_consumer_groups(["old-readers"])
    check("delete_consumer_groups", ("old-readers", "consumer") not in admin.list_consumer_groups())


run([topics, records, groups])
