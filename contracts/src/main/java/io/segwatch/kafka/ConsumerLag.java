package io.segwatch.kafka;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * How many records each role is behind, as Prometheus asks for it: what Kafka's own clients measure at each fetch.
 * Threadsafe.
 */
public final class ConsumerLag implements AutoCloseable {
    private static final String LAG = "records-lag";
    private static final List<ConsumerLag> ALL = new CopyOnWriteArrayList<>();

    private record Place(String topic, String partition, String client) {}

    static {
        new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                GaugeMetricFamily lag = new GaugeMetricFamily(
                        "segwatch_kafka_consumer_lag_records",
                        "Records that are there and that the role has not read yet",
                        List.of("role", "topic"));
                Map<List<String>, Double> sums = new HashMap<>();
                for (ConsumerLag one : ALL) {
                    one.byTopic()
                            .forEach((topic, records) -> sums.merge(List.of(one.role, topic), records, Double::sum));
                }
                sums.forEach(lag::addMetric);
                return List.of(lag);
            }
        }.register();
    }

    private final String role;
    private final Supplier<? extends Map<MetricName, ? extends Metric>> metrics;

    private ConsumerLag(String role, Supplier<? extends Map<MetricName, ? extends Metric>> metrics) {
        this.role = role;
        this.metrics = metrics;
    }

    /**
     * Shows a client's lag until it is closed.
     *
     * @param metrics of a consumer or of Kafka Streams; asked from other threads
     */
    public static ConsumerLag show(String role, Supplier<? extends Map<MetricName, ? extends Metric>> metrics) {
        ConsumerLag lag = new ConsumerLag(role, metrics);
        ALL.add(lag);
        return lag;
    }

    private Map<String, Double> byTopic() {
        Map<Place, Double> places = new HashMap<>();
        metrics.get().forEach((name, metric) -> {
            String topic = name.tags().get("topic");
            if (name.name().equals(LAG) && topic != null && metric.metricValue() instanceof Double records) {
                // Clients tell each partition twice: with the topic's name, and with _ for its dots.
                Place place = new Place(
                        topic.replace('.', '_'),
                        name.tags().get("partition"),
                        name.tags().get("client-id"));
                places.merge(place, records.isNaN() ? 0 : records, Math::max);
            }
        });
        Map<String, Double> topics = new HashMap<>();
        places.forEach((place, records) ->
                topics.merge(place.topic().replaceFirst("^segwatch_", "segwatch."), records, Double::sum));
        return topics;
    }

    @Override
    public void close() {
        ALL.remove(this);
    }
}
