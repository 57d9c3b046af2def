package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.v1.Features;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A minute and a half of a camera that shows rubble, and for some of it sky above: encoded, scored live and kept by a
 * real worker and model, then asked by the commands.
 */
class SearchedPastIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String CAMERA = "yard";
    private static final long STEP_MS = 5_000;
    private static final int FRAMES = 18;
    private static final int FIRST = 6;
    private static final int LAST = 10;
    private static final int WIDTH = 672;
    private static final int HEIGHT = 384;

    @TempDir
    static Path folder;

    private static final long startMs = System.currentTimeMillis() - FRAMES * STEP_MS;
    private static Node node;
    private static URI page;
    /** Of the live query, by frame. */
    private static final List<Double> live = new ArrayList<>();

    private record Said(int status, String text) {}

    @BeforeAll
    static void past() throws Exception {
        int port = freePort();
        page = URI.create("http://127.0.0.1:" + port + "/");
        node = Node.start(
                Configuration.load(
                        null,
                        Map.of(
                                "segwatch.data-dir",
                                folder.resolve("data").toString(),
                                "segwatch.admin.port",
                                "0",
                                "segwatch.dashboard.port",
                                Integer.toString(port),
                                "segwatch.inference.model",
                                Path.of("../models/default").toAbsolutePath().toString())),
                EnumSet.of(Node.RoleName.BROKER, Node.RoleName.INFERENCE, Node.RoleName.DASHBOARD),
                line -> {});
        assertThat(run("camera", "add", "rtsp://127.0.0.1:1/x", "--id", CAMERA).status())
                .isZero();
        assertThat(run("query", "add", "sky").status()).isZero();
        try (Producer<String, byte[]> producer = node.kafka().producer("test");
                TopicReader<Observation> observations = new TopicReader<>(node.kafka(), Topic.OBSERVATIONS);
                TopicReader<Features> features = new TopicReader<>(node.kafka(), Topic.FEATURES)) {
            awaitQuery(producer, observations);
            for (int i = 0; i < FRAMES; i++) {
                Observation seen = observed(frame(2, i), producer, observations);
                live.add(seen.getQueries(0).getShare());
            }
            await().atMost(PATIENCE)
                    .until(() -> features.of(CAMERA).stream()
                                    .filter(kept -> kept.getFrame().getEpoch() == 2)
                                    .count()
                            == FRAMES);
        }
    }

    /** The worker hears of the camera and the query some time after they are stored. */
    private static void awaitQuery(Producer<String, byte[]> producer, TopicReader<Observation> observations) {
        long[] sequence = new long[1];
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> observed(frame(1, -20 - (int) sequence[0]++), producer, observations)
                                .getQueriesCount()
                        == 1);
    }

    private static Observation observed(
            Frame frame, Producer<String, byte[]> producer, TopicReader<Observation> observations) throws Exception {
        Kafka.sender(Topic.FRAMES, producer, "test").send(CAMERA, frame).get();
        await().atMost(PATIENCE)
                .until(() -> observations.of(CAMERA).stream()
                        .anyMatch(seen -> seen.getFrame().equals(frame.getId())));
        return observations.of(CAMERA).stream()
                .filter(seen -> seen.getFrame().equals(frame.getId()))
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Frame frame(long epoch, int number) throws IOException {
        return Frame.newBuilder()
                .setId(FrameId.newBuilder().setCamera(CAMERA).setEpoch(epoch).setSequence(Math.abs(number)))
                .setCapturedAtMs(startMs + number * STEP_MS)
                .setWidth(WIDTH)
                .setHeight(HEIGHT)
                .setSourceWidth(WIDTH)
                .setSourceHeight(HEIGHT)
                .setTargetFps(10)
                .setJpeg(picture(number, number >= FIRST && number <= LAST))
                .build();
    }

    private static ByteString picture(int seed, boolean sky) throws IOException {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        Random random = new Random(seed);
        for (int y = 0; y < HEIGHT; y += 24) {
            for (int x = 0; x < WIDTH; x += 24) {
                int bright = 20 + random.nextInt(210);
                g.setColor(new Color(bright, bright * 3 / 4, bright / 2));
                g.fillRect(x, y, 24, 24);
            }
        }
        for (int y = 0; sky && y < 230; y++) {
            g.setColor(new Color(0x40 + y / 4, 0x80 + y / 5, 0xe8));
            g.fillRect(0, y, WIDTH, 1);
        }
        g.dispose();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", jpeg);
        return ByteString.copyFrom(jpeg.toByteArray());
    }

    private static String at(int frame) {
        return Instant.ofEpochMilli(startMs + frame * STEP_MS).toString();
    }

    @Test
    void theSearchFindsItWhenTheLiveQuerySawIt() {
        for (int i = 0; i < FRAMES; i++) {
            boolean there = i >= FIRST && i <= LAST;
            assertThat(live.get(i)).as("live, frame %d", i).matches(share -> there ? share > 0.3 : share < 0.01);
        }
        Said json = run("search", "sky", "--camera", CAMERA, "--from", at(0), "--json");
        assertThat(json.status()).isZero();
        assertThat(json.text().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        List<String> moments =
                json.text().lines().filter(line -> line.contains("\"moment\"")).toList();
        assertThat(moments).hasSize(1);
        assertThat(moments.get(0))
                .contains("\"fromMs\":\"" + (startMs + FIRST * STEP_MS) + "\"")
                .contains("\"toMs\":\"" + (startMs + (LAST + 1) * STEP_MS) + "\"")
                .contains("\"frames\":" + (LAST - FIRST + 1));

        Said text = run("search", "sky", "--camera", CAMERA, "--from", at(0));
        assertThat(text.status()).isZero();
        assertThat(text.text()).contains(CAMERA, "25 s", "1 moment in " + FRAMES + " frames");
    }

    @Test
    void whatWasNeverThereIsNotFoundAndThatIsNoError() {
        Said nothing = run("search", "sheep", "--from", at(0));
        assertThat(nothing.status()).isZero();
        assertThat(nothing.text())
                .contains("Nothing found in " + FRAMES + " frames.", "Likeliest was " + CAMERA)
                .contains("The model would sooner call what it saw there: ");
        assertThat(run("search", "sky", "--from", at(LAST + 2)).text()).contains("Nothing found");
    }

    @Test
    void whatCannotBeSearchedEndsWithAStatusThatTellsItFromNothingFound() {
        Said when = run("search", "sky", "--from", "yesterday");
        assertThat(when.status()).isNotZero();
        assertThat(when.text()).contains("--from yesterday is not understood");
        Said where = run("search", "sky", "--camera", "nowhere");
        assertThat(where.status()).isNotZero();
        assertThat(where.text()).contains("nowhere");
        Said what = run("search", "卡车");
        assertThat(what.status()).isNotZero();
        assertThat(what.text()).contains("knows no word");
    }

    @Test
    void aRuleOnWordsThatNoQueryHadIsTriedOnTheSamePast() {
        Said tried = run("backtest", "--words", "blue sky", "--camera", CAMERA, "--trigger", "30%", "--last", "5");
        assertThat(tried.status()).as(tried.text()).isZero();
        assertThat(tried.text()).contains("blue sky covers ", "1 alert over ", "Coarse: from one frame every 5.0 s");
        assertThat(IntStream.rangeClosed(FIRST, LAST).mapToObj(i -> at(i) + "  OPEN"))
                .anyMatch(opened -> tried.text().startsWith(opened));
        Said never = run("backtest", "--words", "sheep", "--camera", CAMERA, "--trigger", "30%", "--last", "5");
        assertThat(never.status()).isZero();
        assertThat(never.text()).contains("0 alerts over ");
    }

    private static Said run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--api", page.toString()));
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        int status = Segwatch.commands().setOut(writer).setErr(writer).execute(all.toArray(String[]::new));
        return new Said(status, said.toString().strip());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
