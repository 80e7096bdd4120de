"""Prints the values of a topic that a consumer with read_committed sees, one a line, until every partition's end.

The ends are those of the log, so what transactions of killed producers hold back is waited for.

    librdkafka_reader.py BOOTSTRAP TOPIC
"""

import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

LIMIT_S = 60


def main(bootstrap, topic):
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "reader",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    partitions = list(consumer.list_topics(topic).topics[topic].partitions)
    ends = {each: consumer.get_watermark_offsets(TopicPartition(topic, each))[1] for each in partitions}
    consumer.assign([TopicPartition(topic, each, OFFSET_BEGINNING) for each in partitions])
    deadline = time.monotonic() + LIMIT_S
    while True:
        for record in consumer.consume(500, 0.2):
            if record.error() is None:
                print(record.value().decode())
        positions = {each.partition: each.offset for each in consumer.position(consumer.assignment())}
        if all(end == 0 or positions[each] >= end for each, end in ends.items()):
            break
        if time.monotonic() > deadline:
            sys.exit(f"not at the end after {LIMIT_S} s: {positions} of {ends}")
    consumer.close()


main(*sys.argv[1:])
