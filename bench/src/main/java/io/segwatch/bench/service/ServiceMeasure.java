package io.segwatch.bench.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.segwatch.bench.results.BenchMeasure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames that the whole service observes at its limit, beside loops without a service, and what its CPU time goes to.
 */
public final class ServiceMeasure implements BenchMeasure {
    private static final double PLAYED_FPS = 60;
    /** More than this machine class encodes, and no more than is needed to be at the limit. */
    private static final int WANTED_FPS = 60;

    private static final int ROUNDS = 3;
    private static final Duration SPAN = Duration.ofSeconds(60);
    private static final int LOOP_SECONDS = 20;
    private static final double STEP_SHOWN_MS = 0.02;

    private final List<ServiceRun> services = new ArrayList<>();
    private final List<Double> bare = new ArrayList<>();
    private final List<Double> pyav = new ArrayList<>();
    private final List<Double> openvino = new ArrayList<>();

    @Override
    public String name() {
        return "service";
    }

    @Override
    public String title() {
        return "The whole service beside a bare loop";
    }

    @Override
    public String method() {
        return "The demo's clip is played at 60 frames a second, all wanted, to the service as `./segwatch demo` starts it, with new data and one"
                + " page; its observations are counted in the first (cold) and third minute (warm). (a) is ONNX Runtime with its own"
                + " defaults in a JVM of its own on frames that are decoded before; (b) PyAV with ONNX Runtime in Python, decoding"
                + " included; (c) the same with OpenVINO. All encode one frame at a time in the same size with a thread for each core."
                + " CPU time by step is from the second minute: a hundred times a second, what each thread has used goes to"
                + " the step that its stack shows.";
    }

    @Override
    public List<Figure> run(Conditions conditions) throws IOException, InterruptedException {
        Path video = conditions.work().resolve("clip.mp4");
        FasterClip.write(conditions.footage(), PLAYED_FPS, video);
        PythonLoops python = new PythonLoops(conditions.home());
        int rounds = conditions.quick() ? 1 : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            round(conditions, video, python, round);
        }
        double cold =
                BenchMeasure.median(services.stream().map(run -> run.fps(0)).toList());
        double warm =
                BenchMeasure.median(services.stream().map(run -> run.fps(2)).toList());
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of("observed, warm", warm, "frames/s"));
        figures.add(Figure.of("observed, cold", cold, "frames/s"));
        figures.add(Figure.of("(a) ONNX Runtime in a bare loop", BenchMeasure.median(bare), "frames/s"));
        figures.add(Figure.of("service over (a), warm", warm / BenchMeasure.median(bare), "")
                .atLeast(0.85));
        figures.add(Figure.of("service over (a), cold", cold / BenchMeasure.median(bare), "")
                .atLeast(0.70));
        if (pyav.isEmpty()) {
            figures.add(Figure.missing("(b) PyAV and ONNX Runtime in Python", python.missing()));
            figures.add(Figure.missing("(c) PyAV and OpenVINO in Python", python.missing()));
        } else {
            figures.add(Figure.of("(b) PyAV and ONNX Runtime in Python", BenchMeasure.median(pyav), "frames/s"));
            figures.add(Figure.of("service over (b), warm", warm / BenchMeasure.median(pyav), "")
                    .atLeast(1.1));
            figures.add(Figure.of("(c) PyAV and OpenVINO in Python", BenchMeasure.median(openvino), "frames/s"));
            figures.add(Figure.of("service over (c), warm", warm / BenchMeasure.median(openvino), ""));
        }
        figures.add(Figure.of(
                "capture to observation at the limit, median",
                BenchMeasure.median(services.stream()
                        .map(run ->
                                run.report().at("/captureToObservationMs/p50").asDouble())
                        .toList()),
                "ms"));
        addSteps(figures);
        return figures;
    }

    private void round(Conditions conditions, Path video, PythonLoops python, int round)
            throws IOException, InterruptedException {
        Duration span = conditions.quick() ? Duration.ofSeconds(15) : SPAN;
        int seconds = conditions.quick() ? 5 : LOOP_SECONDS;
        int threads = Runtime.getRuntime().availableProcessors();
        Path encoder = conditions.model().resolve("image_encoder.onnx");
        ServiceRun service = ServiceRun.of(conditions, video, WANTED_FPS, span, round);
        services.add(service);
        int width = service.inputWidth();
        int height = service.inputHeight();
        bare.add(BareLoop.run(encoder, video, width, height, threads, seconds, conditions.home()));
        if (python.missing().isEmpty()) {
            String[] arguments = {
                "--encoder",
                encoder.toString(),
                "--video",
                video.toString(),
                "--threads",
                Integer.toString(threads),
                "--width",
                Integer.toString(width),
                "--height",
                Integer.toString(height),
                "--runtime"
            };
            pyav.add(python.run(seconds, with(arguments, "onnxruntime")));
            openvino.add(python.run(seconds, with(arguments, "openvino")));
        }
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    private void addSteps(List<Figure> figures) {
        Map<String, List<Double>> steps = new LinkedHashMap<>();
        List<Double> bytes = new ArrayList<>();
        for (ServiceRun run : services) {
            JsonNode profile = run.profile();
            steps.computeIfAbsent("CPU of a frame, all", any -> new ArrayList<>())
                    .add(profile.path("cpuMsOfFrame").asDouble());
            profile.path("steps")
                    .properties()
                    .forEach(step -> steps.computeIfAbsent("CPU of a frame: " + step.getKey(), any -> new ArrayList<>())
                            .add(step.getValue().asDouble()));
            bytes.add(profile.path("allocatedBytesOfFrame").asDouble() / 1024);
        }
        steps.forEach((step, millis) -> {
            if (BenchMeasure.median(millis) >= STEP_SHOWN_MS) {
                figures.add(Figure.of(step, BenchMeasure.median(millis), "ms"));
            }
        });
        figures.add(Figure.of("allocated on the heap for a frame", BenchMeasure.median(bytes), "KiB"));
    }
}
