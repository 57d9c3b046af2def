package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Webhook;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] RUBBISH = {(byte) 0xff, 1, 2, 3};

    @TempDir
    Path folder;

    @Test
    void aMalformedRecordOfAnyTopicIsPutAsideAndTheRestGoesOn() throws Exception {
        Path clip = clip(folder);
        try (Node node = start(EnumSet.allOf(Node.RoleName.class), Map.of());
                Producer<String, byte[]> producer = node.kafka().producer("test")) {
            define(
                    producer,
                    Topic.WEBHOOKS,
                    "none",
                    Webhook.newBuilder()
                            .setId("none")
                            .setUrl("http://127.0.0.1:9/")
                            .setCreatedAtMs(System.currentTimeMillis())
                            .build());
            // Those are read only when somebody asks what is in them, or at the next start.
            Set<Topic<?>> unread = Set.of(
                    Topic.DEAD_LETTER,
                    Topic.AUDIT,
                    Topic.LOOKS,
                    Topic.EVIDENCE,
                    Topic.AREA_MINUTES,
                    Topic.AREA_HOURS,
                    Topic.FEATURES,
                    Topic.THUMBNAILS,
                    Topic.CLIPS,
                    Topic.ALERT_EVENTS,
                    Topic.AREA_EVENTS);
            Set<String> all = Topic.all().stream()
                    .filter(topic -> !unread.contains(topic))
                    .map(Topic::topicName)
                    .collect(Collectors.toSet());
            // A reader that starts at a topic's end sees only what comes after it.
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
                Set<String> aside = keys(node.kafka(), Topic.DEAD_LETTER);
                for (String topic : all) {
                    if (!aside.contains(topic)) {
                        // Only the webhook that a replay is for reads it.
                        String key = topic.equals(Topic.WEBHOOK_REPLAYS.topicName()) ? "none" : "rubbish";
                        producer.send(new ProducerRecord<>(topic, key, RUBBISH));
                    }
                }
                assertThat(aside).containsAll(all);
            });

            define(
                    producer,
                    Topic.QUERIES,
                    "square",
                    Query.newBuilder().setId("square").setText("square").build());
            define(
                    producer,
                    Topic.CAMERAS,
                    "yard",
                    Camera.newBuilder()
                            .setId("yard")
                            .setUrl(clip.toUri().toString())
                            .build());
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(keys(node.kafka(), Topic.AREAS)).contains("yard"));
            assertThat(node.notReady()).isEmpty();
            HttpResponse<String> now = get(node, "/topology/cameras/yard");
            assertThat(now.statusCode()).isEqualTo(200);
            assertThat(now.body()).contains("\"camera\":\"yard\"");
            assertThat(get(node, "/topology/cameras/nowhere").statusCode()).isEqualTo(404);
            assertThat(get(node, "/other").body()).contains("/metrics, /health and /ready");
            assertThat(get(node, "/metrics").body()).contains("segwatch_dead_letters_total{role=\"topology\"");
        }
    }

    @Test
    void namesThePortThatIsTakenAndTheKeyThatNamesAnother() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() -> start(EnumSet.of(Node.RoleName.BROKER), Map.of("segwatch.admin.port", port)))
                    .hasMessageContaining("Port " + port)
                    .hasMessageContaining("segwatch.admin.port");
            assertThatThrownBy(() -> start(EnumSet.of(Node.RoleName.BROKER), Map.of("segwatch.broker.port", port)))
                    .hasMessageContaining(port)
                    .hasMessageContaining("segwatch.broker.port");
            assertThatThrownBy(() -> start(
                            EnumSet.of(Node.RoleName.BROKER, Node.RoleName.DASHBOARD),
                            Map.of("segwatch.dashboard.port", port)))
                    .hasMessageContaining(port)
                    .hasMessageContaining("segwatch.dashboard.port");
        }
    }

    @Test
    void doesNotStartABrokerOnADiskThatIsAlmostFull() {
        assertThatThrownBy(() -> start(EnumSet.of(Node.RoleName.BROKER), Map.of("segwatch.broker.min-free", "1TiB")))
                .hasMessageContaining("segwatch.broker.min-free")
                .hasMessageContaining("segwatch.data-dir");
    }

    private Node start(Set<Node.RoleName> parts, Map<String, String> more) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "segwatch.data-dir",
                folder.resolve("data").toString(),
                "segwatch.admin.port",
                "0",
                "segwatch.topology.application-server",
                "127.0.0.1:1",
                "segwatch.dashboard.port",
                "0",
                "segwatch.inference.model",
                Path.of("../models/default").toAbsolutePath().toString(),
                "segwatch.ingest.file-roots",
                folder.toString()));
        settings.putAll(more);
        return Node.start(Configuration.load(null, settings), parts, line -> {});
    }

    /** A square that moves over grey. */
    static Path clip(Path folder) throws IOException {
        Path file = folder.resolve("square.avi");
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 320, 240);
                Java2DFrameConverter converter = new Java2DFrameConverter()) {
            recorder.setFormat("avi");
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_MJPEG);
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUVJ420P);
            recorder.setFrameRate(10);
            recorder.start();
            for (int i = 0; i < 30; i++) {
                var picture = new BufferedImage(320, 240, BufferedImage.TYPE_3BYTE_BGR);
                var graphics = picture.createGraphics();
                graphics.fillRect(8 * i, 90, 60, 60);
                graphics.dispose();
                recorder.record(converter.convert(picture));
            }
        }
        return file;
    }

    private static void define(Producer<String, byte[]> producer, Topic<?> topic, String key, MessageLite value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value.toByteArray()));
        producer.flush();
    }

    private static Set<String> keys(Kafka kafka, Topic<?> topic) {
        return WholeTopic.read(kafka, topic).stream().map(ConsumerRecord::key).collect(Collectors.toSet());
    }

    private static HttpResponse<String> get(Node node, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.adminPort() + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
