package io.segwatch.launcher;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** The demo's camera, and on the first start its queries and its rule: what a person changes later stays. */
final class DemoDefinitions {
    static final String CAMERA = "demo";

    /** In colours of the page's own palette, so that a query added later does not look like one of these. */
    private static final List<Query> QUERIES = List.of(
            query("person", "#ff6b4a", "pedestrian", "cyclist"), query("car", "#36a3ff"), query("building", "#22c58b"));

    private static final Rule RULE = Rule.newBuilder()
            .setId("people-close")
            .setName("People close to the camera")
            .addCameras(CAMERA)
            .setQuery("person")
            .setEnter(0.05)
            .setExit(0.03)
            .setDwellMs(500)
            .setExitDwellMs(500)
            .build();

    private final Kafka kafka;

    DemoDefinitions(Kafka kafka) {
        this.kafka = kafka;
    }

    void define(String url) throws InterruptedException, ExecutionException {
        try (Producer<String, byte[]> producer = kafka.producer("demo")) {
            if (isEmpty(Topic.QUERIES)) {
                Sender<Query> queries = Kafka.sender(Topic.QUERIES, producer, "demo");
                for (Query query : QUERIES) {
                    queries.send(query.getId(), query).get();
                }
                Kafka.sender(Topic.RULES, producer, "demo")
                        .send(RULE.getId(), RULE)
                        .get();
            }
            Camera camera = Camera.newBuilder()
                    .setId(CAMERA)
                    .setName("Demo camera")
                    .setUrl(url)
                    .build();
            Kafka.sender(Topic.CAMERAS, producer, "demo").send(CAMERA, camera).get();
        }
    }

    private boolean isEmpty(Topic<?> topic) {
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("demo-definitions", null, Map.of())) {
            TopicPartition partition = new TopicPartition(topic.topicName(), 0);
            return consumer.endOffsets(List.of(partition), Duration.ofSeconds(10))
                            .get(partition)
                    == 0;
        }
    }

    private static Query query(String text, String color, String... synonyms) {
        return Query.newBuilder()
                .setId(text)
                .setText(text)
                .setColor(color)
                .addAllSynonyms(List.of(synonyms))
                .build();
    }
}
