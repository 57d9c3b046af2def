package io.segwatch.bench;

import io.segwatch.bench.faults.Deployment;
import io.segwatch.bench.results.BenchMeasure;
import io.segwatch.bench.wall.ServedCameras;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Some numbers of cameras before one worker that cannot take all that they offer. */
final class CamerasMeasure implements BenchMeasure {
    private static final double OFFERED_FPS = 60;
    private static final double WANTED_FAIRNESS = 0.9;

    @Override
    public String name() {
        return "cameras";
    }

    @Override
    public String title() {
        return "Many cameras before one worker";
    }

    @Override
    public String method() {
        return "The clip's pictures on cameras that together offer one worker 60 frames a second, more than it takes on the CPU: the age"
                + " of a frame when it has been observed, and the frames of the camera that is served least over those of the one served most.";
    }

    @Override
    public List<Figure> run(Conditions conditions) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        try (Deployment deployment = CamerasCommand.deploy(conditions.work(), Map.of())) {
            ServedCameras served = new ServedCameras(deployment, conditions.footage());
            for (int count : conditions.quick() ? List.of(1, 4) : List.of(1, 4, 16, 64)) {
                ServedCameras.Served one =
                        served.measure(count, OFFERED_FPS, Duration.ofSeconds(conditions.quick() ? 10 : 60));
                String cameras = count == 1 ? "1 camera: " : count + " cameras: ";
                figures.add(Figure.of(cameras + "observed", one.observed(), "frames/s"));
                figures.add(Figure.of(cameras + "age, median", one.p50(), "ms"));
                figures.add(Figure.of(cameras + "age, p95", one.p95(), "ms"));
                if (count > 1) {
                    figures.add(Figure.of(cameras + "least served over most", one.fairness(), "")
                            .atLeast(WANTED_FAIRNESS));
                }
            }
        }
        return figures;
    }
}
