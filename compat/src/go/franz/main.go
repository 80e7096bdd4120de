// franz-go, which speaks the newest version that a broker has: administration, records, positions, groups, transactions.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	. "samsa.compat/clients/check"
)

var ctx = context.Background()

func client(bootstrap string, options ...kgo.Opt) *kgo.Client {
	all := append([]kgo.Opt{kgo.SeedBrokers(bootstrap), kgo.FetchMaxWait(50 * time.Millisecond)}, options...)
	return Of(kgo.NewClient(all...))
}

func admin(bootstrap string) *kadm.Client { return kadm.NewClient(client(bootstrap)) }

// create makes a topic and waits until each of its partitions is led.
func create(bootstrap, topic string, partitions int32, configs map[string]*string) {
	adm := admin(bootstrap)
	defer adm.Close()
	Of(adm.CreateTopic(ctx, partitions, 1, configs, topic))
	Eventually(func() bool {
		offsets, err := adm.ListEndOffsets(ctx, topic)
		return err == nil && offsets.Error() == nil && len(offsets[topic]) == int(partitions)
	})
}

func read(bootstrap, topic string, from kgo.Offset, count int, options ...kgo.Opt) []*kgo.Record {
	where := map[string]map[int32]kgo.Offset{topic: {0: from}}
	cl := client(bootstrap, append(options, kgo.ConsumePartitions(where))...)
	defer cl.Close()
	limit, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var records []*kgo.Record
	for len(records) < count && limit.Err() == nil {
		records = append(records, cl.PollFetches(limit).Records()...)
	}
	return records
}

func values(records []*kgo.Record) string {
	var all []string
	for _, r := range records {
		all = append(all, string(r.Value))
	}
	return strings.Join(all, ",")
}

func topics(bootstrap string) {
	adm := admin(bootstrap)
	defer adm.Close()
	create(bootstrap, "go-topics", 2, map[string]*string{"retention.ms": kadm.StringPtr("86400000")})
	details := Of(adm.ListTopics(ctx, "go-topics"))
	Equal("ListTopics finds two partitions", len(details["go-topics"].Partitions), 2)
	That("a topic has an id", details["go-topics"].ID != kadm.TopicID{}, details["go-topics"].ID)
	_, err := adm.CreateTopic(ctx, 1, 1, nil, "go-topics")
	Refused("a topic is created once", kerr.TopicAlreadyExists.Message, err)
	_, err = adm.CreateTopic(ctx, 1, 1, nil, "no/slash")
	Refused("a name is checked", kerr.InvalidTopicException.Message, err)
	_, err = adm.CreateTopic(ctx, 1, 7, nil, "go-many")
	Refused("replicas are counted", kerr.InvalidReplicationFactor.Message, err)
	config := func(name string) *kadm.Config {
		all := Of(adm.DescribeTopicConfigs(ctx, "go-topics"))
		for _, c := range Of(all.On("go-topics", nil)).Configs {
			if c.Key == name {
				return &c
			}
		}
		return &kadm.Config{}
	}
	Equal("DescribeTopicConfigs knows what was set", config("retention.ms").MaybeValue(), "86400000")
	Equal("and its source", config("retention.ms").Source, "DYNAMIC_TOPIC_CONFIG")
	Equal("and defaults", config("segment.bytes").MaybeValue(), "1073741824")
	changes := []kadm.AlterConfig{
		{Op: kadm.AppendConfig, Name: "cleanup.policy", Value: kadm.StringPtr("compact")},
		{Op: kadm.DeleteConfig, Name: "retention.ms"},
	}
	Of(Of(adm.AlterTopicConfigs(ctx, changes, "go-topics")).On("go-topics", nil))
	Eventually(func() bool { return config("retention.ms").Source != config("cleanup.policy").Source })
	Equal("AlterTopicConfigs appends", config("cleanup.policy").MaybeValue(), "delete,compact")
	Equal("AlterTopicConfigs deletes", config("retention.ms").MaybeValue(), "604800000")
	Of(adm.UpdatePartitions(ctx, 4, "go-topics"))
	That("UpdatePartitions adds two", Eventually(func() bool {
		return len(Of(adm.ListTopics(ctx, "go-topics"))["go-topics"].Partitions) == 4
	}), "")
	dirs := Of(adm.DescribeAllLogDirs(ctx, nil))
	That("DescribeAllLogDirs finds it", strings.Contains(fmt.Sprint(dirs), "go-topics"), dirs)
	Of(adm.DeleteTopic(ctx, "go-topics"))
	_, err = adm.DeleteTopic(ctx, "go-topics")
	Refused("a topic is deleted once", kerr.UnknownTopicOrPartition.Message, err)
}

func records(bootstrap string) {
	create(bootstrap, "go-records", 1, nil)
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	acks := map[string]kgo.Acks{"0": kgo.NoAck(), "1": kgo.LeaderAck(), "all": kgo.AllISRAcks()}
	sent := map[string]string{}
	count := 0
	for codecName, codec := range codecs {
		for acksName, ack := range acks {
			cl := client(bootstrap, kgo.ProducerBatchCompression(codec), kgo.RequiredAcks(ack),
				kgo.DisableIdempotentWrite(), kgo.ProducerLinger(20*time.Millisecond))
			key := codecName + "-" + acksName
			for i := range 40 {
				value := fmt.Sprintf("value %d %s", i, strings.Repeat("samsa", 20))
				cl.Produce(ctx, &kgo.Record{Topic: "go-records", Key: []byte(key), Value: []byte(value)}, nil)
				sent[key] += value
				count++
			}
			Must(cl.Flush(ctx))
			cl.Close()
		}
	}
	found := map[string]string{}
	back := read(bootstrap, "go-records", kgo.NewOffset().AtStart(), count)
	for _, r := range back {
		found[string(r.Key)] += string(r.Value)
	}
	That("all codecs and acknowledgements come back in order", fmt.Sprint(found) == fmt.Sprint(sent), len(back))

	cl := client(bootstrap, kgo.AllowAutoTopicCreation(), kgo.ProducerBatchMaxBytes(10_000_000))
	defer cl.Close()
	full := &kgo.Record{
		Topic: "go-records", Key: []byte("key"), Value: []byte("value"), Timestamp: time.UnixMilli(1700000000123),
		Headers: []kgo.RecordHeader{{Key: "a", Value: []byte("1")}, {Key: "b"}},
	}
	Must(cl.ProduceSync(ctx, full).FirstErr())
	Equal("an idempotent producer learns the offset", full.Offset, count)
	Must(cl.ProduceSync(ctx, &kgo.Record{Topic: "go-records", Key: []byte("tombstone")}).FirstErr())
	parts := read(bootstrap, "go-records", kgo.NewOffset().At(int64(count)), 2)
	Equal("headers come back", fmt.Sprint(parts[0].Headers), fmt.Sprint(full.Headers))
	Equal("the time comes back", parts[0].Timestamp.UnixMilli(), 1700000000123)
	That("a null value stays null", parts[1].Value == nil && string(parts[1].Key) == "tombstone", parts[1])
	noise := make([]byte, 2_000_000)
	Of(rand.NewChaCha8([32]byte{}).Read(noise))
	large := cl.ProduceSync(ctx, &kgo.Record{Topic: "go-records", Value: noise}).FirstErr()
	Refused("2 MB in one record", kerr.MessageTooLarge.Message, large)
	first := &kgo.Record{Topic: "go-by-use", Value: []byte("first")}
	Must(cl.ProduceSync(ctx, first).FirstErr())
	Equal("a topic is created by its first record", first.Offset, 0)
}

func positions(bootstrap string) {
	create(bootstrap, "go-positions", 1, nil)
	cl := client(bootstrap)
	defer cl.Close()
	for i := range 20 {
		at := time.UnixMilli(1_000_000 + 10*int64(i))
		r := &kgo.Record{Topic: "go-positions", Value: fmt.Append(nil, i), Timestamp: at}
		cl.Produce(ctx, r, nil)
		if i%4 == 3 {
			Must(cl.Flush(ctx))
		}
	}
	adm := kadm.NewClient(cl)
	offset := func(listed kadm.ListedOffsets, err error) string {
		Must(err)
		found, _ := listed.Lookup("go-positions", 0)
		return fmt.Sprintf("%d@%d", found.Offset, found.Timestamp)
	}
	Equal("ListStartOffsets", offset(adm.ListStartOffsets(ctx, "go-positions")), "0@-1")
	Equal("ListEndOffsets", offset(adm.ListEndOffsets(ctx, "go-positions")), "20@-1")
	Equal("ListMaxTimestampOffsets", offset(adm.ListMaxTimestampOffsets(ctx, "go-positions")), "19@1000190")
	Equal("ListOffsetsAfterMilli", offset(adm.ListOffsetsAfterMilli(ctx, 1_000_055, "go-positions")), "6@1000060")
	Equal("from an offset", values(read(bootstrap, "go-positions", kgo.NewOffset().At(17), 3)), "17,18,19")
	Equal("from before the end", values(read(bootstrap, "go-positions", kgo.NewOffset().AtEnd().Relative(-2), 2)), "18,19")
	Equal("from a time", values(read(bootstrap, "go-positions", kgo.NewOffset().AfterMilli(1_000_175), 2)), "18,19")
	var before kadm.Offsets
	before.AddOffset("go-positions", 0, 5, -1)
	deleted := Of(adm.DeleteRecords(ctx, before))
	Equal("DeleteRecords", deleted["go-positions"][0].LowWatermark, 5)
	Equal("the start is after what was deleted", read(bootstrap, "go-positions", kgo.NewOffset().AtStart(), 15)[0].Offset, 5)
}

func groups(protocol string, options ...kgo.Opt) func(string) {
	return func(bootstrap string) {
		topic, group := "go-"+protocol, "go-readers-"+protocol
		create(bootstrap, topic, 4, nil)
		producer := client(bootstrap)
		defer producer.Close()
		adm := kadm.NewClient(producer)
		send := func() {
			for i := range 100 {
				producer.Produce(ctx, &kgo.Record{Topic: topic, Key: fmt.Append(nil, i), Value: []byte("value")}, nil)
			}
			Must(producer.Flush(ctx))
		}
		var lock sync.Mutex
		places, shares := map[string]bool{}, map[int]int{}
		start := func(member int) (stop func()) {
			own := append(options, kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic),
				kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.HeartbeatInterval(200*time.Millisecond),
				kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, new map[string][]int32) {
					lock.Lock()
					defer lock.Unlock()
					shares[member] += len(new[topic])
				}),
				kgo.OnPartitionsRevoked(func(_ context.Context, _ *kgo.Client, old map[string][]int32) {
					lock.Lock()
					defer lock.Unlock()
					shares[member] -= len(old[topic])
				}))
			cl := client(bootstrap, own...)
			until, cancel := context.WithCancel(ctx)
			done := make(chan struct{})
			go func() {
				defer close(done)
				for until.Err() == nil {
					cl.PollFetches(until).EachRecord(func(r *kgo.Record) {
						lock.Lock()
						defer lock.Unlock()
						places[fmt.Sprint(r.Partition, r.Offset)] = true
					})
				}
			}()
			return func() {
				cancel()
				<-done
				Must(cl.CommitUncommittedOffsets(ctx))
				cl.Close()
			}
		}
		holds := func(expected string, read int) func() bool {
			return func() bool {
				lock.Lock()
				defer lock.Unlock()
				return fmt.Sprint(shares) == expected && len(places) == read
			}
		}
		send()
		stopFirst := start(1)
		stopSecond := start(2)
		That("two members share four partitions and read all", Eventually(holds("map[1:2 2:2]", 100)), fmt.Sprint(shares, len(places)))
		listed := Of(adm.ListGroups(ctx))
		Equal("ListGroups", listed[group].State, "Stable")
		if protocol == "consumer" {
			described := Of(adm.DescribeConsumerGroups(ctx, group))
			Equal("DescribeConsumerGroups finds two members", len(described[group].Members), 2)
		} else {
			described := Of(adm.DescribeGroups(ctx, group))
			Equal("DescribeGroups finds two members", len(described[group].Members), 2)
		}
		stopSecond()
		send()
		That("the one left reads all", Eventually(func() bool { return holds("map[1:4 2:0]", 200)() }), fmt.Sprint(shares, len(places)))
		stopFirst()
		lag := Of(Of(adm.Lag(ctx, group))[group], nil)
		Equal("no lag is left", lag.Lag.Total(), 0)
		var by kadm.Offsets
		by.Add(kadm.Offset{Topic: topic, Partition: 0, At: 3, LeaderEpoch: -1, Metadata: "by hand"})
		Must(adm.CommitAllOffsets(ctx, group, by))
		committed, _ := Of(adm.FetchOffsets(ctx, group)).Lookup(topic, 0)
		Equal("a commit keeps offset and metadata", fmt.Sprintf("%d %s", committed.At, committed.Metadata), "3 by hand")
		Of(adm.DeleteGroup(ctx, group))
		_, left := Of(adm.ListGroups(ctx))[group]
		That("DeleteGroup deletes", !left, left)
	}
}

func transactions(bootstrap string) {
	create(bootstrap, "go-ledger", 1, nil)
	cl := client(bootstrap, kgo.TransactionalID("go-clerk"), kgo.DefaultProduceTopic("go-ledger"))
	defer cl.Close()
	for _, round := range []string{"a,b", "x,y", "c"} {
		Must(cl.BeginTransaction())
		for value := range strings.SplitSeq(round, ",") {
			Must(cl.ProduceSync(ctx, kgo.StringRecord(value)).FirstErr())
		}
		Must(cl.EndTransaction(ctx, kgo.TransactionEndTry(round[0] != 'x')))
	}
	start := kgo.NewOffset().AtStart()
	committed := kgo.FetchIsolationLevel(kgo.ReadCommitted())
	Equal("read committed", values(read(bootstrap, "go-ledger", start, 3, committed)), "a,b,c")
	Equal("read uncommitted", values(read(bootstrap, "go-ledger", start, 5)), "a,b,x,y,c")

	// Read, process, write: offsets and output in one transaction of a group's session.
	create(bootstrap, "go-copies", 1, nil)
	session := Of(kgo.NewGroupTransactSession(kgo.SeedBrokers(bootstrap), kgo.TransactionalID("go-copier"),
		kgo.ConsumerGroup("go-copiers"), kgo.ConsumeTopics("go-ledger"), committed, kgo.RequireStableFetchOffsets(),
		kgo.ConsumeResetOffset(start), kgo.FetchMaxWait(50*time.Millisecond)))
	copied := 0
	Eventually(func() bool {
		limit, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		fetched := session.PollFetches(limit).Records()
		if len(fetched) == 0 {
			return false
		}
		Must(session.Begin())
		for _, r := range fetched {
			Must(session.ProduceSync(ctx, &kgo.Record{Topic: "go-copies", Value: r.Value}).FirstErr())
		}
		done := Of(session.End(ctx, kgo.TryCommit))
		if done {
			copied += len(fetched)
		}
		return copied == 3
	})
	session.Close()
	Equal("what was read is written", values(read(bootstrap, "go-copies", start, 3, committed)), "a,b,c")
	adm := admin(bootstrap)
	defer adm.Close()
	at, _ := Of(adm.FetchOffsets(ctx, "go-copiers")).Lookup("go-ledger", 0)
	That("and what was read is committed", at.At >= 7, at.At)
}

func main() {
	Run([]Story{
		{Name: "topics", Tell: topics},
		{Name: "records", Tell: records},
		{Name: "positions", Tell: positions},
		{Name: "classic groups", Tell: groups("classic")},
		{Name: "consumer groups", Tell: groups("consumer", kgo.ServerSideBalancer(), kgo.Balancers(kgo.RangeBalancer()))},
		{Name: "transactions", Tell: transactions},
	})
}
