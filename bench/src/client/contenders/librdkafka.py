# librdkafka under a job, through confluent-kafka.

import json, resource, sys, time
from confluent_kafka import Consumer, Producer

job = json.loads(sys.argv[1])
topic, kind, seconds = job["topic"], job["kind"], job["seconds"]


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def tell(records, started, cpu_before, latencies=()):
    outcome = {
        "records": records,
        "seconds": time.perf_counter() - started,
        "cpuSeconds": cpu() - cpu_before,
        "residentMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if latencies:
        outcome["p99Ms"] = sorted(latencies)[int(len(latencies) * 0.99)] * 1000
    print(json.dumps(outcome))


def produce():
    value = b"x" * job["bytes"]
    producer = Producer({
        "bootstrap.servers": job["bootstrap"],
        "enable.idempotence": True,
        "linger.ms": 5 if kind == "unbounded" else 0,
        "queue.buffering.max.messages": 100000,
    })
    per_call = {"single": 1, "batch": 100}.get(kind)
    if per_call is not None:
        def call():
            for _ in range(per_call):
                producer.produce(topic, value)
            producer.flush()

        end = time.perf_counter() + 1
        while time.perf_counter() < end:
            call()
        started, before, calls, latencies = time.perf_counter(), cpu(), 0, []
        while time.perf_counter() - started < seconds:
            begun = time.perf_counter()
            call()
            latencies.append(time.perf_counter() - begun)
            calls += 1
        tell(calls * per_call, started, before, latencies)
        return
    sent = 0
    # Delivery reports count what the broker has acknowledged.
    delivered = [0]

    def report(error, _):
        if error is None:
            delivered[0] += 1

    def until(end):
        while time.perf_counter() < end:
            for _ in range(1000):
                while True:
                    try:
                        producer.produce(topic, value, on_delivery=report)
                        break
                    except BufferError:
                        producer.poll(0.01)
            producer.poll(0)

    until(time.perf_counter() + 1)
    started, before, count = time.perf_counter(), cpu(), delivered[0]
    until(started + seconds)
    tell(delivered[0] - count, started, before)
    producer.purge()


def consume():
    settings = {
        "bootstrap.servers": job["bootstrap"],
        "group.id": "librdkafka-%d" % time.time_ns(),
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    if job["fetchBytes"] > 0:
        settings["max.partition.fetch.bytes"] = job["fetchBytes"]
    consumer = Consumer(settings)
    consumer.subscribe([topic])
    count, before, started = 0, 0, None
    while count < job["records"]:
        count += len(consumer.consume(10000, 1))
        if started is None and count >= job["records"] / 10:
            started, cpu_before, before = time.perf_counter(), cpu(), count
    tell(count - before, started, cpu_before)


consume() if kind == "consume" else produce()
