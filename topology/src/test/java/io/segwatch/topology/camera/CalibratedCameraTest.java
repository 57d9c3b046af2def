package io.segwatch.topology.camera;

import static io.segwatch.topology.SampleObservations.CAMERA;
import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.topology.SampleObservations;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibratedCameraTest {
    private static final CameraProcessor.Options OPTIONS =
            new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000, 3_600_000, 8, 0.25, 0.15);
    private static final Rule MORE_THAN_USUAL = Rule.newBuilder()
            .setId("more")
            .setQuery("person")
            .setMeasure(Rule.Measure.CHANGE)
            .setEnter(3)
            .setExit(1)
            .build();
    private static final DefinitionSnapshot DEFINITIONS = new DefinitionSnapshot(
            Map.of(),
            Map.of(
                    "person",
                    Query.newBuilder().setId("person").setText("person").build()),
            Map.of("more", MORE_THAN_USUAL));

    private final List<String> alerts = new ArrayList<>();
    private final CameraProcessor.Output output = new CameraProcessor.Output() {
        @Override
        public void area(Area area) {}

        @Override
        public void alert(Alert alert) {
            alerts.add(alert.getId() + " " + alert.getState() + " " + alert.getAtMs() + " " + alert.getReason());
        }

        @Override
        public void calibration(String key, Calibration calibration) {}
    };
    private final SavedState saved = new SavedState();

    @Test
    void alertsOnDriftAndOnTheUnusualAreTheSameThroughRestarts() {
        run(Integer.MAX_VALUE);
        List<String> undisturbed = List.copyOf(alerts);
        alerts.clear();
        saved.clear();
        run(97);

        assertThat(alerts).isEqualTo(undisturbed);
        assertThat(alerts).anyMatch(line -> line.contains("OPEN") && line.contains("above its hourly baseline"));
        assertThat(alerts).anyMatch(line -> line.contains("OPEN") && line.contains("away from its accepted baseline"));
    }

    /** An hour of a day, and the same hour of the next, in which more and more comes; a frame in two seconds. */
    private void run(int restartEvery) {
        CameraProcessor processor = processor();
        for (int i = 0; i < 3_600; i++) {
            boolean secondDay = i >= 1_800;
            long at = START - 86_400_000 + i % 1_800 * 2_000L + (secondDay ? 86_400_000 : 0);
            double share = (i % 2) * 0.1 + (secondDay && i % 1_800 > 400 ? 0.5 : 0);
            processor.observe(SampleObservations.observation(1, i, at, Map.of("person", share)), 0, at, output);
            processor.saveChanges(saved);
            if (i % restartEvery == restartEvery - 1) {
                processor = processor();
            }
        }
    }

    private CameraProcessor processor() {
        CameraProcessor processor = new CameraProcessor(CAMERA, OPTIONS, START);
        processor.load(saved.parts());
        processor.update(DEFINITIONS, output);
        return processor;
    }
}
