package io.segwatch.dashboard;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.FrameId;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;

/** Ten seconds of a camera, up to now, and an alert that opens in their middle. */
final class AlertStory {
    static final int FRAMES = 51;
    static final int OPENS = 25;
    static final int PEAKS = 35;
    static final int ENDS = 45;
    private static final long EVERY_MS = 200;

    final String camera;
    final String alert;
    private final Kafka kafka;
    private final Producer<String, byte[]> producer;
    private final long startMs = System.currentTimeMillis() - FRAMES * EVERY_MS;
    private final List<FrameId> frames = new ArrayList<>();

    /** Sends the frames, with observations of these queries. */
    AlertStory(Kafka kafka, Producer<String, byte[]> producer, String camera, String... queries) {
        this.kafka = kafka;
        this.producer = producer;
        this.camera = camera;
        long epoch = System.nanoTime();
        this.alert = camera + "-" + epoch;
        Scene scene = new Scene(camera, epoch, producer);
        for (int i = 0; i < FRAMES; i++) {
            FrameId frame = scene.sendFrame(atMs(i));
            scene.sendObservation(frame, atMs(i), queries);
            frames.add(frame);
        }
    }

    long atMs(int frame) {
        return startMs + frame * EVERY_MS;
    }

    void send(Alert.State state, int frame, int peak) throws Exception {
        Alert sent = Alert.newBuilder()
                .setId(alert)
                .setCamera(camera)
                .setRule("cars")
                .setRuleName("Cars")
                .setState(state)
                .setOpenedAtMs(atMs(OPENS))
                .setAtMs(atMs(frame))
                .setEvidence(frames.get(frame))
                .setEvidenceAtMs(atMs(frame))
                .setPeakFrame(frames.get(peak))
                .setPeakAtMs(atMs(peak))
                .setReason("car covers 9.0 % of the picture")
                .build();
        Kafka.sender(Topic.ALERTS, producer, "test").send(camera, sent).get();
    }

    /** Opens, has a peak and ends. */
    AlertStory happens() throws Exception {
        send(Alert.State.OPEN, OPENS, OPENS);
        send(Alert.State.UPDATE, PEAKS, PEAKS);
        send(Alert.State.CLOSE, ENDS, PEAKS);
        return this;
    }

    /** Those that are kept, in their order. */
    List<Evidence> pictures() {
        return WholeTopic.read(kafka, Topic.EVIDENCE).stream()
                .map(record -> Topic.EVIDENCE.parse(record.value()))
                .filter(evidence -> evidence.getAlert().equals(alert))
                .toList();
    }

    /** Those that are kept. */
    List<Clip> clips() {
        return WholeTopic.read(kafka, Topic.CLIPS).stream()
                .map(record -> Topic.CLIPS.parse(record.value()))
                .filter(clip -> clip.getAlert().equals(alert))
                .toList();
    }
}
