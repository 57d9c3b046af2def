package io.segwatch.bench.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.segwatch.bench.results.BenchMeasure;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.TextModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FrameGrabber;

/**
 * Frames that the whole service observes at its limit, beside loops without a service, and what its CPU time goes to.
 */
public final class ServiceMeasure implements BenchMeasure {
    /** Of what the bare loop makes: more than the service can, and no more than it takes to be at the limit. */
    private static final double PLAYED = 1.1;
    /** What a camera can be asked for. */
    private static final int MOST_FPS = 60;

    private static final int ROUNDS = 3;
    private static final Duration SPAN = Duration.ofSeconds(60);
    private static final int LOOP_SECONDS = 20;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
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
        return "The demo's clip is played at 1.1 times the rate of (a), at most at 60 frames a second, all wanted, to the service as `./segwatch demo` starts it, on ONNX Runtime, with new data and one"
                + " page; its observations are counted in the first (cold) and third minute (warm). (a) is ONNX Runtime with its own"
                + " defaults in a JVM of its own on frames that are decoded before; (b) PyAV with ONNX Runtime in Python, decoding"
                + " included; (c) the same with OpenVINO. All encode one frame at a time in the same size with a thread for each core."
                + " A round is (a), the service, (a), (b), (c); ratios are those of a round, with the mean of (a) before and after."
                + " CPU time by step is from the second minute: a hundred times a second, what each thread has used goes to"
                + " the step that its stack shows.";
    }

    @Override
    public List<Figure> run(Conditions conditions) throws IOException, InterruptedException {
        PythonLoops python = new PythonLoops(conditions.home());
        InputGeometry size = inputSize(conditions);
        int rounds = conditions.quick() ? 1 : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            round(conditions, size, python);
        }
        double cold =
                BenchMeasure.median(services.stream().map(run -> run.fps(0)).toList());
        double warm =
                BenchMeasure.median(services.stream().map(run -> run.fps(2)).toList());
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of("observed, warm", warm, "frames/s"));
        figures.add(Figure.of("observed, cold", cold, "frames/s"));
        figures.add(Figure.of("(a) ONNX Runtime in a bare loop", BenchMeasure.median(bare), "frames/s"));
        figures.add(Figure.of("service over (a), warm", ratio(2, bare), "").atLeast(0.85));
        figures.add(Figure.of("service over (a), cold", ratio(0, bare), "").atLeast(0.70));
        if (pyav.isEmpty()) {
            figures.add(Figure.missing("(b) PyAV and ONNX Runtime in Python", python.missing()));
            figures.add(Figure.missing("(c) PyAV and OpenVINO in Python", python.missing()));
        } else {
            figures.add(Figure.of("(b) PyAV and ONNX Runtime in Python", BenchMeasure.median(pyav), "frames/s"));
            figures.add(Figure.of("service over (b), warm", ratio(2, pyav), "").atLeast(1.1));
            figures.add(Figure.of("(c) PyAV and OpenVINO in Python", BenchMeasure.median(openvino), "frames/s"));
            figures.add(Figure.of("service over (c), warm", ratio(2, openvino), ""));
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

    private static InputGeometry inputSize(Conditions conditions) throws IOException {
        try (TextModel model = TextModel.load(conditions.model());
                FFmpegFrameGrabber grabber =
                        new FFmpegFrameGrabber(conditions.footage().toFile())) {
            grabber.start();
            return model.description().input().geometry(grabber.getImageWidth(), grabber.getImageHeight());
        } catch (FrameGrabber.Exception e) {
            throw new IOException(conditions.footage() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void round(Conditions conditions, InputGeometry size, PythonLoops python)
            throws IOException, InterruptedException {
        double before = bare(conditions, size);
        int fps = (int) Math.max(1, Math.min(MOST_FPS, Math.round(PLAYED * before)));
        Path video = conditions.work().resolve("clip-" + services.size() + ".mp4");
        FasterClip.write(conditions.footage(), fps, video);
        Duration span = conditions.quick() ? Duration.ofSeconds(15) : SPAN;
        services.add(ServiceRun.of(conditions, video, fps, span, services.size()));
        bare.add((before + bare(conditions, size)) / 2);
        if (python.missing().isEmpty()) {
            pyav.add(python(conditions, size, python, "onnxruntime"));
            openvino.add(python(conditions, size, python, "openvino"));
        }
    }

    private static double bare(Conditions conditions, InputGeometry size) throws IOException, InterruptedException {
        return BareLoop.run(
                encoder(conditions),
                conditions.footage(),
                size.inputWidth(),
                size.inputHeight(),
                THREADS,
                seconds(conditions),
                conditions.home());
    }

    private static double python(Conditions conditions, InputGeometry size, PythonLoops python, String runtime)
            throws IOException, InterruptedException {
        return python.run(
                seconds(conditions),
                "--encoder",
                encoder(conditions).toString(),
                "--video",
                conditions.footage().toString(),
                "--threads",
                Integer.toString(THREADS),
                "--width",
                Integer.toString(size.inputWidth()),
                "--height",
                Integer.toString(size.inputHeight()),
                "--runtime",
                runtime);
    }

    private static int seconds(Conditions conditions) {
        return conditions.quick() ? 5 : LOOP_SECONDS;
    }

    private static Path encoder(Conditions conditions) {
        return conditions.model().resolve("image_encoder.onnx");
    }

    /** Of what each round made, so that a machine whose speed changes from round to round is compared with itself. */
    private double ratio(int span, List<Double> others) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < services.size(); round++) {
            ratios.add(services.get(round).fps(span) / others.get(round));
        }
        return BenchMeasure.median(ratios);
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
