package io.segwatch.dashboard;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.Producer;

/** A drawn street with a car that drives from left to right, as a camera and a model would report it. */
final class Scene {
    static final int WIDTH = 672;
    static final int HEIGHT = 384;
    private static final int STEP = 4;

    private final String camera;
    private final long epoch;
    private final Producer<String, byte[]> producer;
    private long sequence;

    Scene(String camera, long epoch, Producer<String, byte[]> producer) {
        this.camera = camera;
        this.epoch = epoch;
        this.producer = producer;
    }

    /** Left edge of the car in a frame, pixels; it is 200 wide and stands from 200 to 290. */
    static int carX(long sequence) {
        return (int) (40 + sequence * 6 % 400);
    }

    /** Sends the next frame without an observation. */
    FrameId sendFrame() {
        return sendFrame(System.currentTimeMillis());
    }

    /** Sends the next frame, taken at a moment. */
    FrameId sendFrame(long atMs) {
        FrameId id = FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(epoch)
                .setSequence(sequence++)
                .build();
        Frame frame = Frame.newBuilder()
                .setId(id)
                .setCapturedAtMs(atMs)
                .setWidth(WIDTH)
                .setHeight(HEIGHT)
                .setSourceWidth(1280)
                .setSourceHeight(720)
                .setTargetFps(10)
                .setJpeg(ByteString.copyFrom(jpeg(id.getSequence())))
                .build();
        Kafka.sender(Topic.FRAMES, producer, "test").send(camera, frame);
        return id;
    }

    /** Sends what a model would see in the frame: the car, and the road. */
    void sendObservation(FrameId id, String... queries) {
        sendObservation(id, System.currentTimeMillis(), queries);
    }

    /** As {@link #sendObservation}, of a frame that was taken at a moment. */
    void sendObservation(FrameId id, long atMs, String... queries) {
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(id)
                .setCapturedAtMs(atMs)
                .setObservedAtMs(System.currentTimeMillis())
                .setModel("drawn")
                .setEncoderMs(57)
                .setTargetFps(10);
        for (String query : queries) {
            Mask mask = query.contains("road") ? roadMask() : carMask(id.getSequence());
            double share = Rle.area(mask) / (double) (mask.getWidth() * mask.getHeight());
            observation.addQueries(QueryMask.newBuilder()
                    .setQuery(query)
                    .setMask(mask)
                    .setShare(share)
                    .setMeanProbability(0.8)
                    .setPeakProbability(0.97)
                    .setClassProbability(0.6));
        }
        Kafka.sender(Topic.OBSERVATIONS, producer, "test").send(camera, observation.build());
    }

    static Mask carMask(long sequence) {
        byte[] pixels = new byte[WIDTH / STEP * (HEIGHT / STEP)];
        for (int y = 200 / STEP; y < 290 / STEP; y++) {
            for (int x = carX(sequence) / STEP; x < (carX(sequence) + 200) / STEP; x++) {
                pixels[y * (WIDTH / STEP) + x] = 1;
            }
        }
        return Rle.encode(pixels, WIDTH / STEP, HEIGHT / STEP);
    }

    private static Mask roadMask() {
        byte[] pixels = new byte[WIDTH / STEP * (HEIGHT / STEP)];
        Arrays.fill(pixels, 300 / STEP * (WIDTH / STEP), pixels.length, (byte) 1);
        return Rle.encode(pixels, WIDTH / STEP, HEIGHT / STEP);
    }

    static byte[] jpeg(long sequence) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(new Color(0x9db7cf));
        g.fillRect(0, 0, WIDTH, 180);
        g.setColor(new Color(0x77716a));
        for (int i = 0; i < 6; i++) {
            g.fillRect(i * 120 + 10, 60 + i % 3 * 22, 100, 160);
        }
        g.setColor(new Color(0x4a6b45));
        g.fillRect(0, 180, WIDTH, 120);
        g.setColor(new Color(0x50545a));
        g.fillRect(0, 300, WIDTH, HEIGHT - 300);
        int x = carX(sequence);
        g.setColor(new Color(0x8c2f2a));
        g.fillRoundRect(x + 45, 200, 110, 60, 40, 40);
        g.fillRoundRect(x, 230, 200, 48, 24, 24);
        g.setColor(Color.BLACK);
        g.fillOval(x + 25, 252, 40, 40);
        g.fillOval(x + 135, 252, 40, 40);
        g.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
