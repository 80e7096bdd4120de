// A member of a group with Apache Kafka's Java client: prints the records it has processed as JSON lines, then commits
// them. SIGTERM lets it leave in order, SIGKILL is a crash.
//
//   java GroupMember BOOTSTRAP GROUP TOPIC classic|consumer ASSIGNOR|- INSTANCE|-

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

public final class GroupMember {
    private static volatile boolean leaving = false;

    private static synchronized void say(String json) {
        System.out.println(json);
        System.out.flush();
    }

    public static void main(String[] words) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", words[0]);
        settings.put("group.id", words[1]);
        settings.put("group.protocol", words[3]);
        settings.put("key.deserializer", StringDeserializer.class.getName());
        settings.put("value.deserializer", StringDeserializer.class.getName());
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("max.poll.interval.ms", "30000");
        if (words[3].equals("classic")) {
            settings.put("session.timeout.ms", "10000");
            settings.put("heartbeat.interval.ms", "1000");
            String assignor = words[4].equals("cooperative") ? "CooperativeStickyAssignor" : "RangeAssignor";
            settings.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor);
        }
        if (!words[5].equals("-")) settings.put("group.instance.id", words[5]);
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            leaving = true;
            consumer.wakeup();
            try {
                main.join(15000);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }));
        consumer.subscribe(List.of(words[2]), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                String all = consumer.assignment().stream().map(p -> "" + p.partition()).collect(Collectors.joining(","));
                say("{\"member\":\"" + consumer.groupMetadata().memberId() + "\",\"generation\":"
                    + consumer.groupMetadata().generationId() + ",\"assigned\":[" + all + "]}");
            }
        });
        while (!leaving) {
            try {
                var records = consumer.poll(Duration.ofMillis(200));
                for (TopicPartition partition : records.partitions()) {
                    List<ConsumerRecord<String, String>> some = records.records(partition);
                    for (ConsumerRecord<String, String> record : some) {
                        if (!record.value().equals("" + record.offset())) {
                            say("{\"wrong\":\"" + record.partition() + " " + record.offset() + "\"}");
                        }
                    }
                    say("{\"partition\":" + partition.partition() + ",\"from\":" + some.get(0).offset()
                        + ",\"to\":" + some.get(some.size() - 1).offset() + "}");
                }
                if (!records.isEmpty()) consumer.commitSync();
            } catch (CommitFailedException | RebalanceInProgressException lost) {
                // The partitions belong to somebody else by now, who reads these records again.
            } catch (WakeupException stop) {
                break;
            }
        }
        consumer.close();
    }
}
