// news.tagged → Elasticsearch, as one would write it in Go: what bench/indexing.py measures the indexer beside.
//
// franz-go's consumer group, Elastic's own BulkIndexer, and the guarantees of the indexer: documents are indexed under their
// external version; a record counts as done when its item was answered by 2xx, or by 409, for then it is there already; what
// fails for a reason that can pass is sent again; what Elasticsearch rejects goes to news.dead; offsets are committed after
// all of that, never by time. The program ends when it has committed as many records as it was told to expect.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/elastic/go-elasticsearch/v9"
	"github.com/elastic/go-elasticsearch/v9/esutil"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	taggerVersions = 1_000_000 // as newsloom_schemas/index.py has it
	pause          = time.Second
)

// tagged is what a document needs to be known of a TaggedArticle; the rest is passed on as it came.
type tagged struct {
	Article struct {
		ID          string  `json:"id"`
		Revision    *int64  `json:"revision"`
		PublishedAt *string `json:"published_at"`
		FetchedAt   string  `json:"fetched_at"`
	} `json:"article"`
	Themes []struct {
		ID string `json:"id"`
	} `json:"themes"`
	Entities []struct {
		Name string `json:"name"`
		Type string `json:"type"`
	} `json:"entities"`
	Tagger struct {
		Version int64 `json:"version"`
	} `json:"tagger"`
}

// head is what the indexer puts before the article.
type head struct {
	Timestamp string   `json:"@timestamp"`
	Tags      []string `json:"tags"`
	Companies []string `json:"companies"`
	Record    record   `json:"record"`
	IndexedAt string   `json:"indexed_at"`
	Trace     *trace   `json:"trace,omitempty"`
}

type record struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
}

type trace struct {
	ID string `json:"id"`
}

type document struct {
	from    *kgo.Record
	id      string
	version int64
	body    []byte
}

func main() {
	kafka := flag.String("kafka", "", "HOST:PORT")
	address := flag.String("elasticsearch", "", "address")
	group := flag.String("group", "bench", "consumer group")
	expected := flag.Int("expect", 0, "records after which to end")
	poll := flag.Int("bulk_documents", 2000, "records of a batch, which is shared out among the bulk requests")
	workers := flag.Int("workers", 2, "bulk requests at once")
	size := flag.Int("bulk_bytes", 6_000_000, "of a bulk request")
	flag.Parse()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(*kafka), kgo.ConsumerGroup(*group), kgo.ConsumeTopics("news.tagged"), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.BlockRebalanceOnPoll(),
		kgo.FetchMaxBytes(32<<20), kgo.FetchMaxPartitionBytes(8<<20),
	)
	check(err)
	defer client.Close()
	store, err := elasticsearch.New(elasticsearch.WithAddresses(*address))
	check(err)
	bulk, err := esutil.NewBulkIndexer(esutil.BulkIndexerConfig{
		Client: store, Index: "news-articles", NumWorkers: *workers, FlushBytes: *size, RequireAlias: true,
		FlushInterval: time.Minute, QueueSizeMultiplier: 256, Timeout: 30 * time.Second,
		FilterPath: []string{"errors", "items.*.status", "items.*.error.type", "items.*.error.reason"},
	})
	check(err)
	log.Print("started")
	run(client, bulk, *poll, *expected)
}

func run(client *kgo.Client, bulk esutil.BulkIndexer, poll, expected int) {
	ctx := context.Background()
	for done := 0; done < expected; {
		fetched := client.PollRecords(ctx, poll)
		fetched.EachError(func(topic string, partition int32, err error) { log.Printf("%s %d: %v", topic, partition, err) })
		records := fetched.Records()
		documents, dead := prepare(records)
		dead = append(dead, write(ctx, bulk, documents)...)
		if len(dead) > 0 {
			check(client.ProduceSync(ctx, dead...).FirstErr())
		}
		check(client.CommitRecords(ctx, records...))
		log.Printf("committed %d", len(records))
		client.AllowRebalance()
		done += len(records)
	}
}

func prepare(records []*kgo.Record) (documents []document, dead []*kgo.Record) {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	for _, r := range records {
		made, err := prepared(r, now)
		if err != nil {
			dead = append(dead, letter(r, err.Error()))
			continue
		}
		documents = append(documents, made)
	}
	return documents, dead
}

func prepared(r *kgo.Record, now string) (document, error) {
	var found tagged
	if err := json.Unmarshal(r.Value, &found); err != nil {
		return document{}, err
	}
	if found.Article.ID == "" {
		return document{}, fmt.Errorf("an article without id")
	}
	revision := int64(1)
	if found.Article.Revision != nil {
		revision = *found.Article.Revision
	}
	before, err := json.Marshal(headOf(&found, r, now))
	if err != nil {
		return document{}, err
	}
	body := make([]byte, 0, len(before)+len(r.Value))
	body = append(append(append(body, before[:len(before)-1]...), ','), bytes.TrimSpace(r.Value)[1:]...)
	return document{r, found.Article.ID, revision*taggerVersions + found.Tagger.Version, body}, nil
}

func headOf(found *tagged, r *kgo.Record, now string) head {
	made := head{
		Timestamp: found.Article.FetchedAt, Tags: make([]string, len(found.Themes)), Companies: []string{},
		Record: record{r.Topic, r.Partition, r.Offset}, IndexedAt: now, Trace: traceOf(r),
	}
	if found.Article.PublishedAt != nil {
		made.Timestamp = *found.Article.PublishedAt
	}
	for n, theme := range found.Themes {
		made.Tags[n] = theme.ID
	}
	for _, entity := range found.Entities {
		if entity.Type == "company" {
			made.Companies = append(made.Companies, entity.Name)
		}
	}
	return made
}

func traceOf(r *kgo.Record) *trace {
	for _, h := range r.Headers {
		if parts := strings.Split(string(h.Value), "-"); h.Key == "traceparent" && len(parts) >= 4 {
			return &trace{parts[1]}
		}
	}
	return nil
}

// write sends documents until each is in the index or rejected, and returns letters of those that are rejected.
func write(ctx context.Context, bulk esutil.BulkIndexer, documents []document) (dead []*kgo.Record) {
	var lock sync.Mutex
	for len(documents) > 0 {
		var again []document
		for _, d := range documents {
			failed := func(_ context.Context, _ esutil.BulkIndexerItem, r esutil.BulkIndexerResponseItem, err error) {
				lock.Lock()
				defer lock.Unlock()
				switch {
				case r.Status == http.StatusConflict: // there already
				case r.Status == http.StatusBadRequest:
					dead = append(dead, letter(d.from, r.Error.Type+": "+r.Error.Reason))
				default:
					again = append(again, d)
				}
			}
			version := d.version
			check(bulk.Add(ctx, esutil.BulkIndexerItem{
				Action: "index", DocumentID: d.id, Version: &version, VersionType: "external",
				Body: bytes.NewReader(d.body), OnFailure: failed,
			}))
		}
		check(bulk.Flush(ctx))
		if documents = again; len(again) > 0 {
			log.Printf("%d documents again", len(again))
			time.Sleep(pause)
		}
	}
	return dead
}

func letter(r *kgo.Record, reason string) *kgo.Record {
	added := []kgo.RecordHeader{
		{Key: "__connect.errors.topic", Value: []byte(r.Topic)},
		{Key: "__connect.errors.partition", Value: []byte(strconv.Itoa(int(r.Partition)))},
		{Key: "__connect.errors.offset", Value: []byte(strconv.FormatInt(r.Offset, 10))},
		{Key: "__connect.errors.exception.message", Value: []byte(reason)},
	}
	headers := append(append([]kgo.RecordHeader{}, r.Headers...), added...)
	return &kgo.Record{Topic: "news.dead", Key: r.Key, Value: r.Value, Headers: headers}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
