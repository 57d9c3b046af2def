package io.segwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.segwatch.contracts.SchemaLines;
import io.segwatch.contracts.Topic;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.topology.state.CameraState;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/**
 * A camera's state as this version of it ({@code state.proto}) was first stored goes on as the code that stored it went
 * on, as a rolling upgrade within the version needs. version-2.txt has the parts of camera gate after
 * {@link UpgradeRecord#before}, as they stand in the changelog; version-2-after.txt what was published of
 * {@link UpgradeRecord#after}: alerts, and areas that have closed, of ten seconds and longer. A new version adds its
 * own two; none is changed. {@code -Dsegwatch.stored=write} writes those that are missing.
 */
class StoredStateTest {
    private static final Path STATE = Path.of("src/test/resources/upgrade/version-2.txt");
    private static final Path SCHEMA = Path.of("src/test/resources/state-schema.txt");
    private static final Path AFTER = Path.of("src/test/resources/upgrade/version-2-after.txt");
    private static final CameraProcessor.Options OPTIONS = new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000);
    private static final JsonFormat.Printer JSON = JsonFormat.printer().omittingInsignificantWhitespace();
    private static final DefinitionSnapshot DEFINITIONS = definitions();

    private final List<String> published = new ArrayList<>();
    private final CameraProcessor.Output output = new CameraProcessor.Output() {
        @Override
        public void area(Area area) {
            if (area.getFinal() && area.getWindowMs() > 1_000) {
                published.add(json(area));
            }
        }

        @Override
        public void alert(Alert alert) {
            // Sentences for people may be worded otherwise.
            published.add(json(alert.toBuilder().clearReason().build()));
        }
    };

    @Test
    void goesOnAsTheCodeDidThatStoredIt() throws IOException {
        if ("write".equals(System.getProperty("segwatch.stored")) && !Files.exists(STATE)) {
            write();
        }
        Map<String, byte[]> parts = new TreeMap<>();
        for (String line : Files.readAllLines(STATE)) {
            String[] cells = line.split("\t");
            parts.put(cells[0], HexFormat.of().parseHex(cells[1]));
        }
        CameraProcessor processor = new CameraProcessor("gate", OPTIONS, 0);
        processor.load(parts);
        processor.update(DEFINITIONS, output);
        observe(processor, UpgradeRecord.after());

        assertThat(published).isEqualTo(Files.readAllLines(AFTER));
    }

    @Test
    void everyFieldOfTheStateIsListedAndKeepsItsNumberAndType() throws IOException {
        assertThat(SchemaLines.of(List.of(CameraState.getDescriptor()))).isEqualTo(Files.readAllLines(SCHEMA));
    }

    private void write() throws IOException {
        CameraProcessor processor = new CameraProcessor("gate", OPTIONS, 0);
        processor.update(DEFINITIONS, output);
        observe(processor, UpgradeRecord.before());
        TreeMap<String, byte[]> parts = new TreeMap<>();
        processor.saveChanges((key, part) -> keep(parts, key, part));
        published.clear();
        observe(processor, UpgradeRecord.after());
        Files.write(
                STATE,
                parts.entrySet().stream()
                        .map(part -> part.getKey() + "\t" + HexFormat.of().formatHex(part.getValue()))
                        .toList());
        Files.write(AFTER, published);
        published.clear();
    }

    private static void keep(Map<String, byte[]> parts, String key, MessageLite part) {
        if (part == null) {
            parts.remove(key);
        } else {
            parts.put(key, part.toByteArray());
        }
    }

    private void observe(CameraProcessor processor, List<ProducerRecord<String, byte[]>> records) {
        for (ProducerRecord<String, byte[]> record : records) {
            if (record.key().equals("gate")) {
                processor.observe(Topic.OBSERVATIONS.parse(record.value()), 0, 0, output);
            }
        }
    }

    private static DefinitionSnapshot definitions() {
        Map<String, Camera> cameras = new HashMap<>();
        Map<String, Query> queries = new HashMap<>();
        Map<String, Rule> rules = new HashMap<>();
        Map<String, AcceptedBaseline> baselines = new HashMap<>();
        for (ProducerRecord<String, byte[]> record : UpgradeRecord.definitions()) {
            byte[] value = record.value();
            if (record.topic().equals(Topic.CAMERAS.topicName())) {
                cameras.put(record.key(), Topic.CAMERAS.parse(value));
            } else if (record.topic().equals(Topic.QUERIES.topicName())) {
                queries.put(record.key(), Topic.QUERIES.parse(value));
            } else if (record.topic().equals(Topic.RULES.topicName())) {
                rules.put(record.key(), Topic.RULES.parse(value));
            } else {
                baselines.put(record.key(), Topic.BASELINES.parse(value));
            }
        }
        return new DefinitionSnapshot(cameras, queries, rules, baselines, Map.of());
    }

    private static String json(MessageOrBuilder message) {
        try {
            return JSON.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }
}
