package io.segwatch.examples;

import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints Segwatch's alerts and minute areas from Kafka until Ctrl-C. */
public final class Alerts {
    private static final String ALERTS = "segwatch.alerts";
    private static final String AREAS = "segwatch.areas";
    private static final long MINUTE_MS = 60_000;

    private Alerts() {}

    public static void main(String... arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: Alerts client.properties");
            System.exit(2);
        }
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
            settings.load(file);
        }
        settings.put("group.id", "alerts-example-java");
        settings.put("auto.offset.reset", "latest");
        // Alerts are written in transactions: what is not committed must not be shown.
        settings.put("isolation.level", "read_committed");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(ALERTS, AREAS));
            while (true) {
                consumer.poll(Duration.ofSeconds(1)).forEach(Alerts::show);
            }
        }
    }

    /** A record that is no message of its topic is logged and skipped, so that the rest goes on. */
    private static void show(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.topic().equals(ALERTS)) {
                show(Alert.parseFrom(record.value()));
            } else {
                show(Area.parseFrom(record.value()));
            }
        } catch (InvalidProtocolBufferException e) {
            System.err.println(record.topic() + " offset " + record.offset() + ": " + e.getMessage());
        }
    }

    private static void show(Alert alert) {
        String rule = alert.getRuleName().isEmpty() ? alert.getRule() : alert.getRuleName();
        System.out.printf(
                "%s %-6s %s %s: %s%n",
                Instant.ofEpochMilli(alert.getAtMs()), alert.getState(), alert.getCamera(), rule, alert.getReason());
    }

    private static void show(Area area) {
        if (area.getWindowMs() == MINUTE_MS && area.getFinal()) {
            System.out.printf(
                    Locale.ROOT,
                    "%s %s %s: %s covers %.1f%% on average, %.1f%% at most (%d of %d frames)%n",
                    Instant.ofEpochMilli(area.getWindowStartMs()),
                    area.getCamera(),
                    area.getZone().isEmpty() ? "whole frame" : area.getZone(),
                    area.getQuery(),
                    100 * area.getMean(),
                    100 * area.getMax(),
                    area.getFramesSeen(),
                    area.getFramesExpected());
        }
    }
}
