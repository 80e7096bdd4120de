// Writes and reads one topic with the Java client while brokers die: an idempotent producer with acks=all that writes one
// value after the other, and a group of one that reads them. Prints `ok VALUE`, `no VALUE WHY` and `read VALUE`; stops
// writing at the end of its standard input, and ends when that is closed and everything it wrote is said.
//
//   java -cp JARS ClusterWorker.java BOOTSTRAP TOPIC PARTITIONS NAME

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class ClusterWorker {
    private static volatile boolean isOver = false;

    public static void main(String[] args) throws Exception {
        String topic = args[1];
        int partitions = Integer.parseInt(args[2]);
        String name = args[3];
        Thread input = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                }
            } catch (java.io.IOException error) {
                // The end, either way.
            }
            isOver = true;
        });
        input.setDaemon(true);
        input.start();
        Thread reader = new Thread(() -> read(args[0], topic, name));
        reader.setDaemon(true);
        reader.start();
        Map<String, Object> writing = Map.of(
            "bootstrap.servers", args[0], "acks", "all", "enable.idempotence", "true", "linger.ms", "0",
            "request.timeout.ms", "3000", "delivery.timeout.ms", "60000");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(writing, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; !isOver; i++) {
                String value = name + "-" + i;
                try {
                    producer.send(new ProducerRecord<>(topic, i % partitions, null, value)).get();
                    say("ok " + value);
                } catch (ExecutionException error) {
                    say("no " + value + " " + error.getCause());
                }
                Thread.sleep(10);
            }
        }
        say("over");
        // The group reads on until this process is ended.
        Thread.sleep(60_000);
    }

    private static void read(String bootstrap, String topic, String name) {
        Map<String, Object> reading = Map.of(
            "bootstrap.servers", bootstrap, "group.id", "readers-" + name, "auto.offset.reset", "earliest",
            "session.timeout.ms", "6000", "heartbeat.interval.ms", "1000", "request.timeout.ms", "5000",
            "auto.commit.interval.ms", "500");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (true) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    say("read " + record.value());
                }
            }
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
