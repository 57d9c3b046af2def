package io.segwatch.bench;

import com.sun.management.OperatingSystemMXBean;
import io.segwatch.bench.results.WorkFolder;
import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.model.TextModel;
import io.segwatch.inference.search.Search;
import io.segwatch.inference.worker.InferenceConfig;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.PastRecords;
import io.segwatch.kafka.TopicSetup;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Features;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchRequest;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Times searches of days that are made by replaying the vectors of a real clip, five seconds apart, into a broker of
 * this process.
 */
@Command(
        name = "search",
        description = "How long a search of the past takes, over days made of a real clip's vectors.",
        mixinStandardHelpOptions = true)
final class MeasuredSearchCommand implements Callable<Integer> {
    private static final int CLIP_FRAMES = 120;
    private static final long STEP_MS = 5_000;

    @Option(names = "--cameras", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int cameras;

    @Option(names = "--days", defaultValue = "1", description = "Of 17,280 frames a camera. Default: ${DEFAULT-VALUE}.")
    private int days;

    @Option(names = "--words", defaultValue = "bicycle", description = "Default: ${DEFAULT-VALUE}.")
    private String words;

    @Option(names = "--rounds", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    /** What there is before the first search. */
    private enum Before {
        NOTHING,
        WORDS,
        VIEW
    }

    @Option(
            names = "--before",
            defaultValue = "NOTHING",
            description =
                    "Before the first search: WORDS are loaded, as where a worker runs; the search VIEW is opened."
                            + " One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Before before;

    @Option(
            names = "--heap",
            description = "Collects garbage again and again and tells what is in use after it, instead of times.")
    private boolean heap;

    @Option(
            names = "--gib",
            defaultValue = "2",
            description = "What a partition of the feature log may come to. Default: ${DEFAULT-VALUE}.")
    private long gib;

    @Option(names = "--model", defaultValue = "models/default", description = "Default: ${DEFAULT-VALUE}.")
    private Path model;

    @Spec
    private CommandSpec spec;

    private Yardstick encoding;

    @Override
    public Integer call() throws Exception {
        try (WorkFolder folder = WorkFolder.create("search");
                EmbeddedBroker broker = EmbeddedBroker.start(folder.path(), 0, 0)) {
            Kafka kafka = Kafka.local(broker.bootstrapServers(), broker.clientSettings(), Math.min(8, cameras));
            new TopicSetup(kafka, Map.of(Topic.FEATURES, new Retention(Duration.ofDays(days + 1L), gib << 30)))
                    .create();
            long toMs = System.currentTimeMillis();
            long fromMs = toMs - Duration.ofDays(days).toMillis();
            List<Features> clip;
            try (Producer<String, byte[]> producer = kafka.producer("bench")) {
                clip = encode(kafka, producer);
                replay(producer, clip, fromMs, toMs);
            }
            InferenceConfig config = Configuration.of(Map.of("segwatch.inference.model", model.toString()))
                    .get(InferenceConfig.class);
            try (TextModel words = before == Before.WORDS ? TextModel.load(model) : null;
                    Search search = new Search(kafka, config, Optional.ofNullable(words))) {
                defineCameras(kafka);
                if (before == Before.VIEW) {
                    search.prepare().toCompletableFuture().join();
                }
                for (int round = 1; round <= rounds; round++) {
                    if (!heap) {
                        encoding = Yardstick.measure(model);
                        say("%s", encoding);
                    }
                    measure(search, round, fromMs, toMs);
                }
            }
        }
        return 0;
    }

    private void defineCameras(Kafka kafka) {
        try (Producer<String, byte[]> producer = kafka.producer("bench")) {
            for (int c = 0; c < cameras; c++) {
                Camera camera = Camera.newBuilder()
                        .setId("camera-" + c)
                        .setUrl("file:/" + c + ".mp4")
                        .build();
                Kafka.sender(Topic.CAMERAS, producer, "bench").send(camera.getId(), camera);
            }
            producer.flush();
        }
    }

    /** The clip's frames as the worker keeps them. */
    private List<Features> encode(Kafka kafka, Producer<String, byte[]> producer) throws Exception {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        try (SegmentationModel encoder = SegmentationModel.load(model, "cpu", 0);
                FFmpegFrameGrabber grabber =
                        new FFmpegFrameGrabber(Footage.file().toFile());
                FeatureLog log = new FeatureLog(
                        encoder,
                        Duration.ofSeconds(5),
                        camera -> Optional.of(List.of()),
                        Kafka.sender(Topic.FEATURES, producer, "bench"),
                        Kafka.sender(Topic.THUMBNAILS, producer, "bench"))) {
            int[] size = Footage.size();
            InputGeometry geometry = encoder.description().input().geometry(size[0], size[1]);
            grabber.setImageWidth(geometry.inputWidth());
            grabber.setImageHeight(geometry.inputHeight());
            grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
            grabber.start();
            try (ImageBatch batch = encoder.batch(1, geometry.inputWidth(), geometry.inputHeight())) {
                for (int i = 0; i < CLIP_FRAMES; i++) {
                    keep(grabber, encoder, batch, geometry, log, i);
                }
            }
        }
        producer.flush();
        List<Features> clip = new ArrayList<>();
        try (PastRecords records = new PastRecords(kafka, "bench")) {
            records.read(Topic.FEATURES, "clip", 0, record -> clip.add(Topic.FEATURES.parse(record.value())));
        }
        return clip;
    }

    private static void keep(
            FFmpegFrameGrabber grabber,
            SegmentationModel encoder,
            ImageBatch batch,
            InputGeometry geometry,
            FeatureLog log,
            int i)
            throws Exception {
        org.bytedeco.javacv.Frame picture = grabber.grabImage();
        if (picture == null) {
            return;
        }
        ByteBuffer source = (ByteBuffer) picture.image[0];
        ByteBuffer pixels = batch.pixels(0);
        int row = geometry.inputWidth() * 3;
        for (int y = 0; y < geometry.inputHeight(); y++) {
            pixels.put(y * row, source.slice(y * picture.imageStride, row), 0, row);
        }
        encoder.encode(batch);
        Frame frame = Frame.newBuilder()
                .setId(FrameId.newBuilder().setCamera("clip").setEpoch(1).setSequence(i))
                .setCapturedAtMs(1_000_000 + i * STEP_MS)
                .build();
        try (Mat input =
                new Mat(geometry.inputHeight(), geometry.inputWidth(), opencv_core.CV_8UC3, new BytePointer(pixels))) {
            log.frame(frame, batch.encoding(0), geometry, input, true, null);
        }
    }

    private void replay(Producer<String, byte[]> producer, List<Features> clip, long fromMs, long toMs) {
        long sequence = 0;
        for (long atMs = fromMs; atMs < toMs; atMs += STEP_MS) {
            for (int c = 0; c < cameras; c++) {
                String camera = "camera-" + c;
                Features.Builder frame = clip.get((int) ((sequence + 7L * c) % clip.size())).toBuilder();
                frame.setCapturedAtMs(atMs).getFrameBuilder().setCamera(camera).setSequence(sequence);
                producer.send(new ProducerRecord<>(
                        Topic.FEATURES.topicName(),
                        null,
                        atMs,
                        camera,
                        frame.build().toByteArray()));
            }
            sequence++;
        }
        producer.flush();
    }

    private void measure(Search search, int round, long fromMs, long toMs) {
        SearchRequest.Builder request = SearchRequest.newBuilder()
                .setQuery(Query.newBuilder().setText(words))
                .setFromMs(fromMs)
                .setToMs(toMs)
                .setColumns(500);
        for (int c = 0; c < cameras; c++) {
            request.addCameras("camera-" + c);
        }
        if (heap) {
            measureHeap(search, request.build());
        } else {
            measureTime(search, round, request.build());
        }
    }

    private void measureTime(Search search, int round, SearchRequest request) {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long[] firstNanos = new long[1];
        long[] mostHeap = new long[1];
        long[] frames = new long[1];
        long cpu = process.getProcessCpuTime();
        long began = System.nanoTime();
        search.search(
                request,
                event -> {
                    if (firstNanos[0] == 0 && (event.hasMoment() || event.hasSeries())) {
                        firstNanos[0] = System.nanoTime() - began;
                    }
                    frames[0] = event.hasEnd() ? event.getEnd().getFrames() : frames[0];
                    mostHeap[0] = Math.max(mostHeap[0], inUse());
                },
                () -> false);
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuSeconds = (process.getProcessCpuTime() - cpu) / 1e9;
        say(
                "round %d: %d frames in %.2f s, CPU of the whole process %.2f s (that of %.1f encodings), first result"
                        + " after %.2f s, heap at most %d MiB, load %.1f",
                round,
                frames[0],
                seconds,
                cpuSeconds,
                cpuSeconds / encoding.cpuSeconds(),
                firstNanos[0] / 1e9,
                mostHeap[0] >> 20,
                process.getSystemLoadAverage());
    }

    /** At tenths of the way: what is in use when all that nobody holds any more is collected. */
    private void measureHeap(Search search, SearchRequest request) {
        say("%4s %10s %14s", "", "frames", "heap in use");
        say("%4s %10d %10.1f MiB", "", 0, collected() / 1048576.0);
        long[] tenths = new long[1];
        long[] records = new long[1];
        search.search(
                request,
                event -> {
                    records[0] = event.hasStart() ? event.getStart().getRecords() : records[0];
                    boolean due =
                            event.hasProgress() && 10 * event.getProgress().getRecords() >= tenths[0] * records[0];
                    if (due || event.hasEnd()) {
                        tenths[0] = 1 + 10 * event.getProgress().getRecords() / Math.max(1, records[0]);
                        long frames = event.hasEnd()
                                ? event.getEnd().getFrames()
                                : event.getProgress().getFrames();
                        say("%4s %10d %10.1f MiB", event.hasEnd() ? "end" : "", frames, collected() / 1048576.0);
                    }
                },
                () -> false);
    }

    private static long inUse() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long collected() {
        System.gc();
        return inUse();
    }

    private void say(String format, Object... values) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(format + "%n", values);
        out.flush();
    }
}
