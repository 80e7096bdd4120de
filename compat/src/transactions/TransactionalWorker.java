// Reads one topic and writes each record to another, exactly once, with the Java client: transactions of protocol
// version 2, offsets fenced by the group's generation (KIP-447). Ends at the first error; whoever started it starts it
// again.
//
//   java -cp JARS TransactionalWorker.java BOOTSTRAP INPUT OUTPUT GROUP TRANSACTIONAL_ID

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class TransactionalWorker {
    public static void main(String[] args) {
        String bootstrap = args[0];
        String input = args[1];
        String output = args[2];
        Map<String, Object> reading = Map.of(
            "bootstrap.servers", bootstrap, "group.id", args[3], "isolation.level", "read_committed",
            "enable.auto.commit", "false", "auto.offset.reset", "earliest",
            "session.timeout.ms", "3000", "heartbeat.interval.ms", "500", "max.poll.records", "5");
        Map<String, Object> writing = Map.of(
            "bootstrap.servers", bootstrap, "transactional.id", args[4],
            "transaction.timeout.ms", "10000", "delivery.timeout.ms", "8000", "request.timeout.ms", "4000",
            "linger.ms", "0");
        Random random = new Random();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer());
            KafkaProducer<String, String> producer =
                new KafkaProducer<>(writing, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of(input));
            while (true) {
                var records = consumer.poll(Duration.ofMillis(100));
                if (records.isEmpty()) continue;
                producer.beginTransaction();
                Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
                for (ConsumerRecord<String, String> record : records) {
                    producer.send(new ProducerRecord<>(output, record.key(), record.value()));
                    ends.put(new TopicPartition(input, record.partition()), new OffsetAndMetadata(record.offset() + 1));
                }
                producer.sendOffsetsToTransaction(ends, consumer.groupMetadata());
                if (random.nextInt(10) == 0) {
                    producer.abortTransaction();
                    for (TopicPartition partition : records.partitions()) {
                        consumer.seek(partition, records.records(partition).get(0).offset());
                    }
                } else {
                    producer.commitTransaction();
                }
            }
        } catch (RuntimeException error) {
            System.err.println(error);
            Runtime.getRuntime().halt(1);
        }
    }
}
