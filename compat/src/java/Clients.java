// The Java client: what its Admin, Producer and Consumer are used for, checked against one broker. Prints a JSON object a
// line: {"check", "holds", "found"}, {"say"}, and {"done"} at the end.

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.*;

public final class Clients {
    private static final ObjectMapper json = new ObjectMapper();
    private static String bootstrap;
    private static Admin admin;

    interface Story {
        void tell() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        bootstrap = args[0];
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        tell("admin", Clients::admin);
        tell("records", Clients::records);
        tell("positions", Clients::positions);
        tell("classic groups", () -> groups("classic"));
        tell("consumer groups", () -> groups("consumer"));
        tell("transactions", Clients::transactions);
        admin.close(Duration.ofSeconds(5));
        print(Map.of("done", true));
        System.exit(0);
    }

    private static void print(Object line) throws Exception {
        System.out.println(json.writeValueAsString(line));
    }

    private static void tell(String name, Story story) throws Exception {
        try {
            story.tell();
            print(Map.of("say", name));
        } catch (Throwable thrown) {
            StackTraceElement at = Arrays.stream(thrown.getStackTrace())
                .filter(e -> e.getClassName().startsWith("Clients")).findFirst().orElse(null);
            check(name + " comes to its end", false, thrown + " at " + at);
        }
    }

    private static void check(String sentence, boolean holds, Object found) throws Exception {
        print(Map.of("check", sentence, "holds", holds, "found", String.valueOf(found)));
    }

    private static void equal(String sentence, Object found, Object expected) throws Exception {
        check(sentence + ", expected " + expected, Objects.equals(found, expected), found);
    }

    private static void refused(String sentence, String error, Callable<?> call) throws Exception {
        String found;
        try {
            found = String.valueOf(call.call());
        } catch (ExecutionException thrown) {
            found = String.valueOf(thrown.getCause());
        } catch (KafkaException thrown) {
            found = String.valueOf(thrown);
        }
        check(sentence + ": " + error, found.contains(error), found);
    }

    private static boolean eventually(Callable<Boolean> holds) throws Exception {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (true) {
            boolean answer = holds.call();
            if (answer || System.nanoTime() > deadline) return answer;
            Thread.sleep(20);
        }
    }

    private static void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", bootstrap));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of(
            "bootstrap.servers", bootstrap, "fetch.max.wait.ms", 50, "auto.offset.reset", "earliest",
            "enable.auto.commit", false));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static List<ConsumerRecord<String, String>> read(
            TopicPartition partition, long from, int count, Map<String, Object> more) throws Exception {
        List<ConsumerRecord<String, String>> all = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(more)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            eventually(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
                return all.size() >= count;
            });
        }
        return all;
    }

    private static String values(List<ConsumerRecord<String, String>> records) {
        return records.stream().map(r -> r.value()).collect(Collectors.joining(","));
    }

    private static void admin() throws Exception {
        NewTopic topic = new NewTopic("j-topics", 2, (short) 1).configs(Map.of("retention.ms", "86400000"));
        CreateTopicsResult created = admin.createTopics(List.of(topic));
        equal("createTopics answers with partitions", created.numPartitions("j-topics").get(), 2);
        check("createTopics answers with the settings", "86400000".equals(
            created.config("j-topics").get().get("retention.ms").value()), created.config("j-topics").get());
        eventually(() -> admin.listTopics().names().get().contains("j-topics"));
        TopicDescription described = admin.describeTopics(List.of("j-topics")).allTopicNames().get().get("j-topics");
        equal("describeTopics by name has the id", described.topicId(), created.topicId("j-topics").get());
        Uuid id = described.topicId();
        Map<Uuid, TopicDescription> byId =
            admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get();
        equal("describeTopics by id has the name", byId.get(id).name(), "j-topics");
        refused("a topic is created once", "TopicExistsException",
            () -> admin.createTopics(List.of(topic)).all().get());
        refused("a name is checked", "InvalidTopicException",
            () -> admin.createTopics(List.of(new NewTopic("no/slash", 1, (short) 1))).all().get());
        refused("replicas are counted", "InvalidReplicationFactorException",
            () -> admin.createTopics(List.of(new NewTopic("j-many", 1, (short) 7))).all().get());
        CreateTopicsOptions only = new CreateTopicsOptions().validateOnly(true);
        admin.createTopics(List.of(new NewTopic("j-validated", 1, (short) 1)), only).all().get();
        check("validateOnly creates nothing", !admin.listTopics().names().get().contains("j-validated"), "");

        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, "j-topics");
        Callable<Config> settings = () -> admin.describeConfigs(List.of(resource),
            new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true)).all().get().get(resource);
        Config before = settings.call();
        ConfigEntry retention = before.get("retention.ms");
        equal("a topic's setting has its source", retention.source(), ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
        equal("a setting has its type", retention.type(), ConfigEntry.ConfigType.LONG);
        check("a setting is documented", retention.documentation().length() > 20, retention.documentation());
        equal("a default has its source", before.get("segment.bytes").source(), ConfigEntry.ConfigSource.DEFAULT_CONFIG);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(
            new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND),
            new AlterConfigOp(new ConfigEntry("retention.ms", ""), AlterConfigOp.OpType.DELETE)))).all().get();
        eventually(() -> settings.call().get("retention.ms").isDefault());
        equal("APPEND appends", settings.call().get("cleanup.policy").value(), "delete,compact");
        check("DELETE deletes", settings.call().get("retention.ms").isDefault(), "");
        refused("an unknown setting", "InvalidConfigurationException",
            () -> admin.incrementalAlterConfigs(Map.of(resource, List.of(
                new AlterConfigOp(new ConfigEntry("nonsense", "1"), AlterConfigOp.OpType.SET)))).all().get());

        admin.createPartitions(Map.of("j-topics", NewPartitions.increaseTo(3))).all().get();
        check("createPartitions adds one", eventually(() ->
            admin.describeTopics(List.of("j-topics")).allTopicNames().get().get("j-topics").partitions().size() == 3), "");
        refused("partitions never become fewer", "InvalidPartitionsException",
            () -> admin.createPartitions(Map.of("j-topics", NewPartitions.increaseTo(1))).all().get());
        DescribeClusterResult cluster = admin.describeCluster();
        equal("describeCluster finds one broker", cluster.nodes().get().size(), 1);
        int broker = cluster.nodes().get().iterator().next().id();
        equal("it is the controller", cluster.controller().get().id(), broker);
        Map<String, FinalizedVersionRange> features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
        check("transactions are verified (KIP-890)", features.containsKey("transaction.version")
            && features.get("transaction.version").maxVersionLevel() >= 2, features);
        check("groups may use the new protocol (KIP-848)", features.containsKey("group.version"), features);
        long size = admin.describeLogDirs(List.of(broker)).allDescriptions().get().get(broker).values().stream()
            .flatMap(d -> d.replicaInfos().keySet().stream()).filter(p -> p.topic().equals("j-topics")).count();
        equal("describeLogDirs finds three partitions", size, 3L);
        admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get();
        check("deleteTopics by id deletes",
            eventually(() -> !admin.listTopics().names().get().contains("j-topics")), "");
        refused("a topic is deleted once", "UnknownTopicOrPartitionException",
            () -> admin.deleteTopics(List.of("j-topics")).all().get());
    }

    private static void records() throws Exception {
        create("j-records", 1);
        TopicPartition partition = new TopicPartition("j-records", 0);
        Map<String, List<String>> sent = new TreeMap<>();
        int count = 0;
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            for (String acks : List.of("0", "1", "all")) {
                String key = codec + "-" + acks;
                Map<String, Object> how = Map.of("compression.type", codec, "acks", acks,
                    "enable.idempotence", false, "linger.ms", 20);
                try (KafkaProducer<String, String> producer = producer(how)) {
                    for (int i = 0; i < 50; i++) {
                        String value = "value " + i + " samsa".repeat(20);
                        producer.send(new ProducerRecord<>("j-records", 0, key, value));
                        sent.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
                        count++;
                    }
                }
            }
        }
        List<ConsumerRecord<String, String>> back = read(partition, 0, count, Map.of());
        Map<String, List<String>> found = new TreeMap<>();
        for (ConsumerRecord<String, String> r : back) {
            found.computeIfAbsent(r.key(), k -> new ArrayList<>()).add(r.value());
        }
        check("all codecs and acknowledgements come back in order", found.equals(sent), back.size());

        try (KafkaProducer<String, String> producer = producer(Map.of("linger.ms", 0))) {
            ProducerRecord<String, String> full = new ProducerRecord<>("j-records", 0, 1700000000123L, "key", "value");
            full.headers().add("a", "1".getBytes(StandardCharsets.UTF_8)).add("b", null).add("a", new byte[0]);
            RecordMetadata metadata = producer.send(full).get();
            equal("a producer learns the offset", metadata.offset(), (long) count);
            producer.send(new ProducerRecord<>("j-records", 0, "tombstone", null)).get();
            producer.send(new ProducerRecord<>("j-records", 0, null, "keyless")).get();
            List<ConsumerRecord<String, String>> parts = read(partition, count, 3, Map.of());
            ConsumerRecord<String, String> first = parts.get(0);
            StringBuilder headers = new StringBuilder();
            for (Header h : first.headers()) headers.append(h.key()).append(h.value() == null ? "-" : h.value().length);
            equal("headers come back", headers.toString(), "a1b-a0");
            equal("the time comes back", first.timestamp(), 1700000000123L);
            equal("it is the producer's", first.timestampType(), TimestampType.CREATE_TIME);
            check("the leader epoch is told", first.leaderEpoch().isPresent(), first.leaderEpoch());
            equal("a null value stays null", parts.get(1).value(), null);
            equal("a record without key has none", parts.get(2).key(), null);
        }
        try (KafkaProducer<String, String> producer = producer(Map.of("max.request.size", 10_000_000))) {
            refused("2 MB in one record", "RecordTooLargeException",
                () -> producer.send(new ProducerRecord<>("j-records", "x".repeat(2_000_000))).get());
            equal("a topic is created by its first record",
                producer.send(new ProducerRecord<>("j-by-use", "first")).get().offset(), 0L);
        }
        NewTopic compacted = new NewTopic("j-compacted", 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
        admin.createTopics(List.of(compacted)).all().get();
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            refused("a record without key in a compacted topic", "InvalidRecordException",
                () -> producer.send(new ProducerRecord<>("j-compacted", "keyless")).get());
        }
    }

    private static void positions() throws Exception {
        create("j-positions", 1);
        TopicPartition partition = new TopicPartition("j-positions", 0);
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>("j-positions", 0, 1_000_000L + 10 * i, null, "" + i));
                if (i % 4 == 3) producer.flush();
            }
        }
        Map<String, OffsetSpec> specs = new LinkedHashMap<>();
        specs.put("earliest", OffsetSpec.earliest());
        specs.put("latest", OffsetSpec.latest());
        specs.put("maxTimestamp", OffsetSpec.maxTimestamp());
        specs.put("between", OffsetSpec.forTimestamp(1_000_055));
        specs.put("late", OffsetSpec.forTimestamp(9_000_000));
        specs.put("earliestLocal", OffsetSpec.earliestLocal());
        StringBuilder offsets = new StringBuilder();
        for (Map.Entry<String, OffsetSpec> spec : specs.entrySet()) {
            ListOffsetsResult.ListOffsetsResultInfo info =
                admin.listOffsets(Map.of(partition, spec.getValue())).all().get().get(partition);
            offsets.append(spec.getKey()).append('=').append(info.offset()).append('@').append(info.timestamp()).append(' ');
        }
        equal("listOffsets", offsets.toString().trim(), "earliest=0@-1 latest=20@-1 maxTimestamp=19@1000190 "
            + "between=6@1000060 late=-1@-1 earliestLocal=0@-1");
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            equal("beginningOffsets", consumer.beginningOffsets(List.of(partition)).get(partition), 0L);
            equal("endOffsets", consumer.endOffsets(List.of(partition)).get(partition), 20L);
            OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, 1_000_070L)).get(partition);
            equal("offsetsForTimes", found.offset(), 7L);
            equal("offsetsForTimes, too late", consumer.offsetsForTimes(Map.of(partition, 9_000_000L)).get(partition), null);
        }
        equal("from an offset", values(read(partition, 17, 3, Map.of())), "17,18,19");
        equal("deleteRecords", admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5)))
            .lowWatermarks().get(partition).get().lowWatermark(), 5L);
        refused("beyond the end", "OffsetOutOfRangeException",
            () -> admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(99))).all().get());
        equal("a deleted offset is reset to the earliest",
            read(partition, 0, 15, Map.of()).get(0).offset(), 5L);
    }

    private static void groups(String protocol) throws Exception {
        String topic = "j-" + protocol;
        String group = "j-readers-" + protocol;
        create(topic, 4);
        Map<String, Object> how = new HashMap<>(Map.of("group.id", group, "group.protocol", protocol));
        if (protocol.equals("classic")) {
            how.put("session.timeout.ms", 10_000);
            how.put("heartbeat.interval.ms", 200);
        }
        Set<String> places = new HashSet<>();
        List<KafkaConsumer<String, String>> members = new ArrayList<>();
        Callable<List<Integer>> poll = () -> {
            for (KafkaConsumer<String, String> each : members) {
                each.poll(Duration.ofMillis(20)).forEach(r -> places.add(r.partition() + " " + r.offset()));
            }
            return members.stream().map(m -> m.assignment().size()).toList();
        };
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            Runnable send = () -> {
                for (int i = 0; i < 100; i++) producer.send(new ProducerRecord<>(topic, "" + i, "value " + i));
                producer.flush();
            };
            send.run();
            for (int i = 0; i < 2; i++) {
                KafkaConsumer<String, String> member = consumer(how);
                member.subscribe(List.of(topic));
                members.add(member);
            }
            check("two members share four partitions", eventually(() -> poll.call().equals(List.of(2, 2))), poll.call());
            check("they read all", eventually(() -> {
                poll.call();
                return places.size() == 100;
            }), places.size());
            ConsumerGroupDescription described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
            equal("describeConsumerGroups", described.groupState() + " " + described.type() + " "
                + described.members().size(), "Stable " + (protocol.equals("classic") ? "Classic" : "Consumer") + " 2");
            check("listGroups lists it", admin.listGroups().all().get().stream()
                .anyMatch(g -> g.groupId().equals(group)), admin.listGroups().all().get());
            members.remove(1).close();
            send.run();
            check("the one left reads all", eventually(
                () -> poll.call().equals(List.of(4)) && places.size() == 200), places.size());
            members.get(0).commitSync();
            String member = members.get(0).groupMetadata().memberId();
            check("a member has an id", !member.isEmpty(), member);
            members.remove(0).close();
        }
        TopicPartition zero = new TopicPartition(topic, 0);
        Callable<Map<TopicPartition, OffsetAndMetadata>> commits =
            () -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        equal("commits add up", commits.call().values().stream().mapToLong(c -> c.offset()).sum(), 200L);
        admin.alterConsumerGroupOffsets(group, Map.of(zero, new OffsetAndMetadata(3, "by hand"))).all().get();
        equal("alterConsumerGroupOffsets keeps the metadata", commits.call().get(zero).metadata(), "by hand");
        admin.deleteConsumerGroupOffsets(group, Set.of(zero)).all().get();
        check("deleteConsumerGroupOffsets forgets one", !commits.call().containsKey(zero), commits.call());
        admin.deleteConsumerGroups(List.of(group)).all().get();
        check("deleteConsumerGroups deletes", admin.listGroups().all().get().stream()
            .noneMatch(g -> g.groupId().equals(group)), admin.listGroups().all().get());
    }

    private static void transactions() throws Exception {
        create("j-ledger", 1);
        TopicPartition partition = new TopicPartition("j-ledger", 0);
        KafkaProducer<String, String> producer = producer(Map.of("transactional.id", "j-clerk"));
        producer.initTransactions();
        for (String round : List.of("a,b", "x,y", "c")) {
            producer.beginTransaction();
            for (String value : round.split(",")) producer.send(new ProducerRecord<>("j-ledger", value));
            producer.flush();
            if (round.startsWith("x")) producer.abortTransaction();
            else producer.commitTransaction();
        }
        Map<String, Object> committed = Map.of("isolation.level", "read_committed");
        equal("read_committed", values(read(partition, 0, 3, committed)), "a,b,c");
        equal("read_uncommitted", values(read(partition, 0, 5, Map.of())), "a,b,x,y,c");

        producer.beginTransaction();
        producer.send(new ProducerRecord<>("j-ledger", "d"));
        producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(7)), new ConsumerGroupMetadata("j-auditors"));
        producer.flush();
        OffsetSpec latest = OffsetSpec.latest();
        ListOffsetsOptions stable = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
        long open = admin.listOffsets(Map.of(partition, latest), stable).all().get().get(partition).offset();
        equal("the last stable offset waits for the open transaction", open, 8L);
        check("describeTransactions finds it ongoing", eventually(() -> admin.describeTransactions(List.of("j-clerk"))
            .description("j-clerk").get().state() == TransactionState.ONGOING), "");
        long active = admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers()
            .stream().filter(p -> p.currentTransactionStartOffset().isPresent()).count();
        equal("describeProducers finds one open", active, 1L);
        producer.commitTransaction();
        OffsetAndMetadata offset = admin.listConsumerGroupOffsets("j-auditors")
            .partitionsToOffsetAndMetadata().get().get(partition);
        equal("offsets are committed with the transaction", offset == null ? null : offset.offset(), 7L);

        KafkaProducer<String, String> first = producer(Map.of("transactional.id", "j-fenced"));
        first.initTransactions();
        first.beginTransaction();
        first.send(new ProducerRecord<>("j-ledger", "from the old one")).get();
        KafkaProducer<String, String> second = producer(Map.of("transactional.id", "j-fenced"));
        second.initTransactions();
        refused("a producer that was replaced", "Fenced", () -> {
            first.commitTransaction();
            return "committed";
        });
        equal("its transaction was aborted", values(read(partition, 0, 4, committed)), "a,b,c,d");
        second.beginTransaction();
        second.send(new ProducerRecord<>("j-ledger", "e")).get();
        admin.fenceProducers(List.of("j-fenced")).all().get();
        refused("fenceProducers", "Fenced", () -> {
            second.commitTransaction();
            return "committed";
        });
        for (KafkaProducer<?, ?> each : List.of(producer, first, second)) each.close(Duration.ofSeconds(2));
    }
}
