// sarama, whose user fixes the protocol's versions by naming a release: told first with 1.0.0, as old services do, then
// with the newest release that it knows.
package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/IBM/sarama"
	. "samsa.compat/clients/check"
)

type setting struct {
	name    string
	version sarama.KafkaVersion
}

func (s setting) config() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = s.version
	config.Producer.Return.Successes = true
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.MaxWaitTime = 50 * time.Millisecond
	config.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	config.Metadata.Retry.Max = 10
	return config
}

func (s setting) topic(name string) string { return "sarama-" + s.name + "-" + name }

func (s setting) create(bootstrap, name string, partitions int32) sarama.ClusterAdmin {
	admin := Of(sarama.NewClusterAdmin([]string{bootstrap}, s.config()))
	detail := &sarama.TopicDetail{NumPartitions: partitions, ReplicationFactor: 1}
	Must(admin.CreateTopic(s.topic(name), detail, false))
	cl := Of(sarama.NewClient([]string{bootstrap}, s.config()))
	defer cl.Close()
	Eventually(func() bool {
		for p := range partitions {
			if _, err := cl.GetOffset(s.topic(name), p, sarama.OffsetNewest); err != nil {
				return false
			}
		}
		return true
	})
	return admin
}

func (s setting) read(bootstrap, name string, from int64, count int) []*sarama.ConsumerMessage {
	consumer := Of(sarama.NewConsumer([]string{bootstrap}, s.config()))
	defer consumer.Close()
	partition := Of(consumer.ConsumePartition(s.topic(name), 0, from))
	defer partition.Close()
	var all []*sarama.ConsumerMessage
	limit := time.After(10 * time.Second)
	for len(all) < count {
		select {
		case message := <-partition.Messages():
			all = append(all, message)
		case <-limit:
			return all
		}
	}
	return all
}

// offersOldConfigs tells whether the broker still answers version 0 of DescribeConfigs, which is all that sarama speaks
// as of 1.0.0; Apache Kafka 4 does not (KIP-896).
func offersOldConfigs(bootstrap string, config *sarama.Config) bool {
	broker := sarama.NewBroker(bootstrap)
	Must(broker.Open(config))
	defer broker.Close()
	for _, key := range Of(broker.ApiVersions(&sarama.ApiVersionsRequest{})).ApiKeys {
		if key.ApiKey == 32 {
			return key.MinVersion == 0
		}
	}
	return false
}

func configs(admin sarama.ClusterAdmin, name string) {
	value := "86400000"
	Must(admin.AlterConfig(sarama.TopicResource, name, map[string]*string{"retention.ms": &value}, false))
	retention := func() string {
		for _, entry := range Of(admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: name})) {
			if entry.Name == "retention.ms" {
				return entry.Value
			}
		}
		return "none"
	}
	Eventually(func() bool { return retention() == value })
	Equal("AlterConfig, DescribeConfig", retention(), value)
}

func (s setting) topics(bootstrap string) {
	admin := s.create(bootstrap, "topics", 2)
	defer admin.Close()
	name := s.topic("topics")
	err := admin.CreateTopic(name, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false)
	Refused("a topic is created once", "already exists", err)
	described := Of(admin.DescribeTopics([]string{name}))
	Equal("DescribeTopics", len(described[0].Partitions), 2)
	if s.version.IsAtLeast(sarama.V2_0_0_0) || offersOldConfigs(bootstrap, s.config()) {
		configs(admin, name)
	}
	Must(admin.CreatePartitions(name, 3, nil, false))
	That("CreatePartitions", Eventually(func() bool {
		return len(Of(admin.DescribeTopics([]string{name}))[0].Partitions) == 3
	}), "")
	brokers, controller, err := admin.DescribeCluster()
	Must(err)
	That("DescribeCluster", len(brokers) == 1 && brokers[0].ID() == controller, fmt.Sprint(len(brokers), controller))
	Must(admin.DeleteTopic(name))
	Refused("a topic is deleted once", "does not exist", admin.DeleteTopic(name))
}

func (s setting) records(bootstrap string) {
	admin := s.create(bootstrap, "records", 1)
	defer admin.Close()
	codecs := []sarama.CompressionCodec{
		sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy, sarama.CompressionLZ4,
	}
	if s.version.IsAtLeast(sarama.V2_1_0_0) {
		codecs = append(codecs, sarama.CompressionZSTD)
	}
	sent, count := map[string]string{}, 0
	for _, codec := range codecs {
		for _, acks := range []sarama.RequiredAcks{sarama.NoResponse, sarama.WaitForLocal, sarama.WaitForAll} {
			config := s.config()
			config.Producer.Compression = codec
			config.Producer.RequiredAcks = acks
			producer := Of(sarama.NewSyncProducer([]string{bootstrap}, config))
			key := fmt.Sprint(codec, " ", acks)
			var messages []*sarama.ProducerMessage
			for i := range 30 {
				value := fmt.Sprintf("value %d %s", i, strings.Repeat("samsa", 20))
				sent[key] += value
				count++
				messages = append(messages, &sarama.ProducerMessage{
					Topic: s.topic("records"), Key: sarama.StringEncoder(key), Value: sarama.StringEncoder(value),
					Headers: []sarama.RecordHeader{{Key: []byte("a"), Value: []byte("1")}},
				})
			}
			Must(producer.SendMessages(messages))
			Must(producer.Close())
		}
	}
	found := map[string]string{}
	back := s.read(bootstrap, "records", sarama.OffsetOldest, count)
	headers := 0
	for _, message := range back {
		found[string(message.Key)] += string(message.Value)
		headers += len(message.Headers)
	}
	That("all codecs and acknowledgements come back in order", fmt.Sprint(found) == fmt.Sprint(sent), len(back))
	Equal("with headers", headers, count)

	config := s.config()
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Net.MaxOpenRequests = 1
	producer := Of(sarama.NewSyncProducer([]string{bootstrap}, config))
	defer producer.Close()
	_, offset, err := producer.SendMessage(&sarama.ProducerMessage{
		Topic: s.topic("records"), Key: sarama.StringEncoder("tombstone"), Timestamp: time.UnixMilli(1700000000123),
	})
	Must(err)
	Equal("an idempotent producer learns the offset", offset, count)
	last := s.read(bootstrap, "records", int64(count), 1)
	That("a null value stays null", last[0].Value == nil, last[0].Value)
	Equal("the time comes back", last[0].Timestamp.UnixMilli(), 1700000000123)
	large := s.config()
	large.Producer.MaxMessageBytes = 10_000_000
	refused := Of(sarama.NewSyncProducer([]string{bootstrap}, large))
	defer refused.Close()
	_, _, err = refused.SendMessage(&sarama.ProducerMessage{
		Topic: s.topic("records"), Value: sarama.ByteEncoder(make([]byte, 2_000_000)),
	})
	Refused("2 MB in one record", "Message was too large", err)
	_, offset, err = refused.SendMessage(&sarama.ProducerMessage{Topic: s.topic("by-use"), Value: sarama.StringEncoder("first")})
	Must(err)
	Equal("a topic is created by its first record", offset, 0)
}

func (s setting) positions(bootstrap string) {
	admin := s.create(bootstrap, "positions", 1)
	defer admin.Close()
	producer := Of(sarama.NewSyncProducer([]string{bootstrap}, s.config()))
	for i := range 20 {
		_, _, err := producer.SendMessage(&sarama.ProducerMessage{
			Topic: s.topic("positions"), Value: sarama.StringEncoder(fmt.Sprint(i)), Timestamp: time.UnixMilli(1_000_000 + 10*int64(i)),
		})
		Must(err)
	}
	Must(producer.Close())
	cl := Of(sarama.NewClient([]string{bootstrap}, s.config()))
	defer cl.Close()
	offset := func(time int64) int64 { return Of(cl.GetOffset(s.topic("positions"), 0, time)) }
	Equal("oldest", offset(sarama.OffsetOldest), 0)
	Equal("newest", offset(sarama.OffsetNewest), 20)
	Equal("by time", offset(1_000_055), 6)
	Equal("from an offset", string(s.read(bootstrap, "positions", 17, 3)[0].Value), "17")
	Must(admin.DeleteRecords(s.topic("positions"), map[int32]int64{0: 5}))
	Equal("oldest after DeleteRecords", offset(sarama.OffsetOldest), 5)
	Equal("read from there", s.read(bootstrap, "positions", sarama.OffsetOldest, 1)[0].Offset, 5)
}

// member counts what it is given.
type member struct {
	lock   *sync.Mutex
	places map[string]bool
	shares map[int]int
	number int
}

func (m member) Setup(session sarama.ConsumerGroupSession) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.shares[m.number] = 0
	for _, partitions := range session.Claims() {
		m.shares[m.number] += len(partitions)
	}
	return nil
}

func (m member) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (m member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		m.lock.Lock()
		m.places[fmt.Sprint(message.Partition, message.Offset)] = true
		m.lock.Unlock()
		session.MarkMessage(message, "marked")
	}
	return nil
}

func (s setting) groups(bootstrap string) {
	admin := s.create(bootstrap, "groups", 4)
	defer admin.Close()
	topic, group := s.topic("groups"), "sarama-readers-"+s.name
	producer := Of(sarama.NewSyncProducer([]string{bootstrap}, s.config()))
	defer producer.Close()
	send := func() {
		for i := range 100 {
			message := &sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder(fmt.Sprint(i)), Value: sarama.StringEncoder("value")}
			_, _, err := producer.SendMessage(message)
			Must(err)
		}
	}
	lock, places, shares := &sync.Mutex{}, map[string]bool{}, map[int]int{}
	start := func(number int) (stop func()) {
		consumer := Of(sarama.NewConsumerGroup([]string{bootstrap}, group, s.config()))
		until, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for until.Err() == nil {
				if consumer.Consume(until, []string{topic}, member{lock, places, shares, number}) != nil {
					time.Sleep(50 * time.Millisecond)
				}
			}
		}()
		return func() {
			cancel()
			<-done
			Must(consumer.Close())
		}
	}
	holds := func(first, second, read int) bool {
		lock.Lock()
		defer lock.Unlock()
		return shares[1] == first && (second < 0 || shares[2] == second) && len(places) == read
	}
	send()
	stopFirst := start(1)
	stopSecond := start(2)
	That("two members share four partitions and read all", Eventually(func() bool { return holds(2, 2, 100) }), fmt.Sprint(shares, len(places)))
	described := Of(admin.DescribeConsumerGroups([]string{group}))
	Equal("DescribeConsumerGroups", fmt.Sprintf("%s %d", described[0].State, len(described[0].Members)), "Stable 2")
	_, listed := Of(admin.ListConsumerGroups())[group]
	That("ListConsumerGroups", listed, listed)
	stopSecond()
	send()
	That("the one left reads all", Eventually(func() bool { return holds(4, -1, 200) }), fmt.Sprint(shares, len(places)))
	stopFirst()
	asked := map[string][]int32{topic: {0, 1, 2, 3}}
	commits := Of(admin.ListConsumerGroupOffsets(group, asked))
	var sum int64
	for _, block := range commits.Blocks[topic] {
		sum += block.Offset
		Equal("a commit keeps its metadata", block.Metadata, "marked")
	}
	Equal("commits add up", sum, 200)
	if s.version.IsAtLeast(sarama.V1_1_0_0) {
		Must(admin.DeleteConsumerGroup(group))
		_, listed = Of(admin.ListConsumerGroups())[group]
		That("DeleteConsumerGroup", !listed, listed)
	}
}

func (s setting) transactions(bootstrap string) {
	admin := s.create(bootstrap, "ledger", 1)
	defer admin.Close()
	config := s.config()
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Net.MaxOpenRequests = 1
	config.Producer.Transaction.ID = "sarama-clerk-" + s.name
	producer := Of(sarama.NewSyncProducer([]string{bootstrap}, config))
	for _, round := range []string{"a,b", "x,y", "c"} {
		Must(producer.BeginTxn())
		for value := range strings.SplitSeq(round, ",") {
			_, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: s.topic("ledger"), Value: sarama.StringEncoder(value)})
			Must(err)
		}
		if round[0] == 'x' {
			Must(producer.AbortTxn())
		} else {
			Must(producer.CommitTxn())
		}
	}
	Must(producer.Close())
	reading := s.config()
	reading.Consumer.IsolationLevel = sarama.ReadCommitted
	consumer := Of(sarama.NewConsumer([]string{bootstrap}, reading))
	defer consumer.Close()
	partition := Of(consumer.ConsumePartition(s.topic("ledger"), 0, sarama.OffsetOldest))
	defer partition.Close()
	var values []string
	limit := time.After(10 * time.Second)
	for len(values) < 3 {
		select {
		case message := <-partition.Messages():
			values = append(values, string(message.Value))
		case <-limit:
			values = append(values, "nothing for 10 s", "", "")
		}
	}
	Equal("read committed", strings.Join(values, ","), "a,b,c")
}

func main() {
	var stories []Story
	for _, s := range []setting{{"old", sarama.V1_0_0_0}, {"new", sarama.MaxVersion}} {
		named := func(name string) string { return name + " as of " + s.version.String() }
		stories = append(stories,
			Story{Name: named("topics"), Tell: s.topics}, Story{Name: named("records"), Tell: s.records},
			Story{Name: named("positions"), Tell: s.positions}, Story{Name: named("groups"), Tell: s.groups},
			Story{Name: named("transactions"), Tell: s.transactions})
	}
	Run(stories)
}
