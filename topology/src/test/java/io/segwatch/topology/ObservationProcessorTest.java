package io.segwatch.topology;

import static io.segwatch.topology.SampleObservations.CAMERA;
import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.segwatch.kafka.RecordLag;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Kafka Streams asks of the processor around a commit, and after one that failed. */
class ObservationProcessorTest {
    private static final CameraProcessor.Options OPTIONS =
            new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000, 600_000, 64, 0.25, 0.15);
    private static final Rule RULE = Rule.newBuilder()
            .setId("door")
            .setQuery("person")
            .setEnter(0.05)
            .setExit(0.02)
            .setDwellMs(300)
            .build();

    private final MockProcessorContext<String, MessageLite> context = new MockProcessorContext<>();
    private final BeforeCommit beforeCommit = BeforeCommit.builder().build();
    private final KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(StreamTopology.STORE), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private final ObservationProcessor processor = new ObservationProcessor(
            OPTIONS,
            () -> new DefinitionSnapshot(Map.of(), Map.of(), Map.of(RULE.getId(), RULE)),
            new RecordLag(Duration.ofDays(1)),
            EventKinds.NONE,
            new ShareGauges(0));

    @BeforeEach
    void startTask() {
        store.init(context.getStateStoreContext(), store);
        beforeCommit.init(context.getStateStoreContext(), beforeCommit);
        context.setCurrentSystemTimeMs(START);
        processor.init(context);
    }

    @Test
    void writesWhatManyRecordsChangedOnceBeforeTheCommit() {
        observe(0, 25);
        assertThat(keys()).isEmpty();

        beforeCommit.flushCache();

        assertThat(keys()).contains("gate\nclock", "gate\nrules", "gate\nwindow/s" + (START + 2_000));
    }

    @Test
    void goesOnFromWhatWasCommittedWhenItsTaskStartsAgain() {
        observe(0, 2);
        beforeCommit.flushCache();
        observe(2, 10);
        assertThat(alerts()).containsExactly("OPEN@300");

        // The commit has failed: all after the first two frames comes once more.
        context.resetForwards();
        processor.init(context);
        observe(2, 10);

        assertThat(alerts()).containsExactly("OPEN@300");
    }

    @Test
    void writesNothingForATaskThatHasBecomeAStandby() {
        observe(0, 10);
        beforeCommit.clearCache();

        beforeCommit.flushCache();

        assertThat(keys()).isEmpty();
    }

    private void observe(int from, int to) {
        for (int i = from; i < to; i++) {
            Observation observation = SampleObservations.observation(i, "person", 0.1);
            processor.process(new Record<>(
                    CAMERA.getBytes(StandardCharsets.UTF_8), observation.toByteArray(), observation.getObservedAtMs()));
        }
    }

    private List<String> alerts() {
        return context.forwarded().stream()
                .map(forward -> forward.record().value())
                .filter(Alert.class::isInstance)
                .map(Alert.class::cast)
                .map(alert -> alert.getState() + "@" + (alert.getAtMs() - START))
                .toList();
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        try (var all = store.all()) {
            all.forEachRemaining(part -> keys.add(part.key));
        }
        return keys;
    }
}
