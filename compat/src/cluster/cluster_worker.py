"""Writes and reads one topic with librdkafka while brokers die.

An idempotent producer that writes one value after the other, and a group of one that reads them. Prints `ok VALUE`,
`no VALUE WHY` and `read VALUE`; stops writing at the end of its standard input.

    cluster_worker.py BOOTSTRAP TOPIC PARTITIONS NAME
"""

import sys
import threading
import time

from confluent_kafka import Consumer, Producer

lock = threading.Lock()
over = threading.Event()


def say(line):
    with lock:
        print(line, flush=True)


def read(bootstrap, topic, name):
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"readers-{name}",
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6_000,
            "heartbeat.interval.ms": 1_000,
            "auto.commit.interval.ms": 500,
            "socket.timeout.ms": 5_000,
            "fetch.wait.max.ms": 200,
            "reconnect.backoff.max.ms": 500,
        }
    )
    consumer.subscribe([topic])
    while True:
        for record in consumer.consume(100, 0.2):
            if record.error() is None:
                say(f"read {record.value().decode()}")


def until_input_ends():
    sys.stdin.read()
    over.set()


def main(bootstrap, topic, partitions, name):
    threading.Thread(target=until_input_ends, daemon=True).start()
    threading.Thread(target=read, args=(bootstrap, topic, name), daemon=True).start()
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": 0,
            "socket.timeout.ms": 3_000,
            "request.timeout.ms": 3_000,
            "message.timeout.ms": 60_000,
            "reconnect.backoff.max.ms": 500,
        }
    )
    number = 0
    while not over.is_set():
        value = f"{name}-{number}"
        outcome = []

        def delivered(error, _, outcome=outcome):
            outcome.append(error)

        producer.produce(topic, value.encode(), partition=number % int(partitions), on_delivery=delivered)
        while not outcome:
            producer.poll(0.05)
        say(f"ok {value}" if outcome[0] is None else f"no {value} {outcome[0]}")
        number += 1
        time.sleep(0.01)
    say("over")
    # The group reads on until this process is ended.
    time.sleep(60)


main(*sys.argv[1:])
