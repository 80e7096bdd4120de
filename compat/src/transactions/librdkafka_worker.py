"""Reads one topic and writes each record to another, exactly once, with librdkafka.

Offsets are fenced by the group's generation (KIP-447). Ends at the first error; whoever started it starts it again.

    librdkafka_worker.py BOOTSTRAP INPUT OUTPUT GROUP TRANSACTIONAL_ID
"""

import faulthandler
import os
import random
import sys

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

LIMIT_S = 10

# Contexts that librdkafka tells of on stderr, e.g. `eos,cgrp,consumer`.
DEBUG = {"debug": os.environ["LIBRDKAFKA_DEBUG"]} if "LIBRDKAFKA_DEBUG" in os.environ else {}


def main(bootstrap, source, output, group, transactional_id):
    producer = Producer(
        {
            **DEBUG,
            "bootstrap.servers": bootstrap,
            "transactional.id": transactional_id,
            "transaction.timeout.ms": 10_000,
            "delivery.timeout.ms": 8_000,
            "linger.ms": 0,
        }
    )
    producer.init_transactions(LIMIT_S)
    consumer = Consumer(
        {
            **DEBUG,
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 3_000,
            "heartbeat.interval.ms": 500,
            "fetch.wait.max.ms": 100,
        }
    )
    consumer.subscribe([source])
    while True:
        # Now and then a call of librdkafka never returns, whatever its limit; the worker is started again then.
        faulthandler.dump_traceback_later(2 * LIMIT_S, exit=True)
        records = [record for record in consumer.consume(5, 0.1) if record.error() is None]
        if not records:
            continue
        producer.begin_transaction()
        firsts, ends = {}, {}
        for record in records:
            producer.produce(output, record.value(), record.key())
            firsts.setdefault(record.partition(), record.offset())
            ends[record.partition()] = record.offset() + 1
        if random.random() < 0.1:
            producer.abort_transaction(LIMIT_S)
            for partition, offset in firsts.items():
                consumer.seek(TopicPartition(source, partition, offset))
            continue
        offsets = [TopicPartition(source, partition, end) for partition, end in ends.items()]
        producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), LIMIT_S)
        producer.commit_transaction(LIMIT_S)


try:
    main(*sys.argv[1:])
except KafkaException as error:
    print(error, file=sys.stderr, flush=True)
    # Nothing is closed in order: what is open is for the broker to see to.
    os._exit(1)
