package io.segwatch.bench.wall;

import io.segwatch.bench.faults.Deployment;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryMask;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/** Cameras that show a clip, each with a mask of every query in every frame; they are gone when it is closed. */
final class ReplayedCameras implements AutoCloseable {
    private static final List<String> QUERIES = List.of("bicycle", "person", "car");
    private static final int STEP = 4;
    private static final int SEEN = 25;

    private final Deployment deployment;
    private final ClipPictures pictures;
    private final int cameras;
    private final int fps;
    private final long epoch = System.currentTimeMillis();
    private final Producer<String, byte[]> producer;
    private final Sender<Frame> frames;
    private final Sender<Observation> observations;
    private final Sender<CameraStatus> statuses;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);

    ReplayedCameras(Deployment deployment, ClipPictures pictures, int cameras, int fps)
            throws IOException, InterruptedException {
        this.deployment = deployment;
        this.pictures = pictures;
        this.cameras = cameras;
        this.fps = fps;
        producer = deployment.kafka().producer("wall");
        frames = Kafka.sender(Topic.FRAMES, producer, "wall");
        observations = Kafka.sender(Topic.OBSERVATIONS, producer, "wall");
        statuses = Kafka.sender(Topic.CAMERA_STATUS, producer, "wall");
        for (String query : QUERIES) {
            deployment.define(
                    Topic.QUERIES,
                    query,
                    Query.newBuilder().setId(query).setText(query).build());
        }
        for (int i = 0; i < cameras; i++) {
            begin(id(i), i);
        }
    }

    private static String id(int camera) {
        return "wall-" + camera;
    }

    /** The id of one of them. */
    String first() {
        return id(0);
    }

    int count() {
        return cameras;
    }

    private void begin(String camera, int place) throws IOException, InterruptedException {
        deployment.define(
                Topic.CAMERAS,
                camera,
                Camera.newBuilder()
                        .setId(camera)
                        .setName("Wall " + place)
                        .setUrl("file:/" + camera + ".mp4")
                        .build());
        long everyMs = 1_000L / fps;
        // Not all at the same moment, as no two real ones are.
        long offsetMs = everyMs * place / cameras;
        int[] sequence = {place};
        clock.scheduleAtFixedRate(() -> frame(camera, sequence[0]++), offsetMs, everyMs, TimeUnit.MILLISECONDS);
        clock.scheduleAtFixedRate(() -> statuses.send(camera, live(camera)), 0, 1, TimeUnit.SECONDS);
    }

    private void frame(String camera, int sequence) {
        FrameId id = FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(epoch)
                .setSequence(sequence)
                .build();
        long now = System.currentTimeMillis();
        frames.send(
                camera,
                Frame.newBuilder()
                        .setId(id)
                        .setCapturedAtMs(now)
                        .setWidth(ClipPictures.WIDTH)
                        .setHeight(ClipPictures.HEIGHT)
                        .setSourceWidth(2 * ClipPictures.WIDTH)
                        .setSourceHeight(2 * ClipPictures.HEIGHT)
                        .setTargetFps(fps)
                        .setJpeg(
                                pictures.jpegs().get(sequence % pictures.jpegs().size()))
                        .build());
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(id)
                .setCapturedAtMs(now)
                .setObservedAtMs(now)
                .setModel("drawn")
                .setTargetFps(fps);
        for (int q = 0; q < QUERIES.size(); q++) {
            observation.addQueries(seen(q, sequence));
        }
        observations.send(camera, observation.build());
    }

    private static QueryMask seen(int query, int sequence) {
        Mask mask = ellipse(SEEN + 40 * query + sequence % SEEN, 30 + 15 * query);
        return QueryMask.newBuilder()
                .setQuery(QUERIES.get(query))
                .setMask(mask)
                .setShare(Rle.area(mask) / (double) (mask.getWidth() * mask.getHeight()))
                .setMeanProbability(0.8)
                .setPeakProbability(0.97)
                .setClassProbability(0.6)
                .build();
    }

    private static Mask ellipse(int centreX, int centreY) {
        int width = ClipPictures.WIDTH / STEP;
        int height = ClipPictures.HEIGHT / STEP;
        byte[] pixels = new byte[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double across = (x - centreX) / 20.0;
                double down = (y - centreY) / 12.0;
                pixels[y * width + x] = (byte) (across * across + down * down < 1 ? 1 : 0);
            }
        }
        return Rle.encode(pixels, width, height);
    }

    private CameraStatus live(String camera) {
        return CameraStatus.newBuilder()
                .setCamera(camera)
                .setState(CameraStatus.State.LIVE)
                .setFps(fps)
                .setWidth(2 * ClipPictures.WIDTH)
                .setHeight(2 * ClipPictures.HEIGHT)
                .setCodec("h264")
                .setLastFrameAtMs(System.currentTimeMillis())
                .setAtMs(System.currentTimeMillis())
                .build();
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        try {
            for (int i = 0; i < cameras; i++) {
                deployment.define(Topic.CAMERAS, id(i), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
