package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where cameras may be and lead to: of two servers on this machine, the one at 127.0.0.1 is a camera and may be
 * connected to, and the one at 127.0.0.2 may not.
 */
@Timeout(60)
class CameraNetworksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    static HttpServer camera;
    static HttpServer inner;
    static byte[] raw;
    static Credentials credentials;
    static final List<String> reached = new CopyOnWriteArrayList<>();
    static final List<String> signed = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startServers() throws Exception {
        NativeLog.install();
        credentials = new Credentials(folder.resolve("credentials.properties"));
        byte[] clip = Files.readAllBytes(Clips.h264(folder.resolve("clip.ts"), 320, 192, 25, 50));
        raw = Files.readAllBytes(Clips.h264(folder.resolve("clip.h264"), 320, 192, 25, 20));
        inner = server("127.0.0.2");
        inner.createContext("/", exchange -> {
            reached.add(exchange.getRequestURI().toString());
            give(exchange, 200, "video/mp2t", clip);
        });
        camera = server("127.0.0.1");
        String out = "http://127.0.0.2:" + inner.getAddress().getPort();
        camera.createContext("/segment.ts", exchange -> give(exchange, 200, "video/mp2t", clip));
        camera.createContext("/away", exchange -> redirect(exchange, out + "/stream.ts"));
        camera.createContext("/loop", exchange -> redirect(exchange, "/loop"));
        camera.createContext("/far", exchange -> {
            int step = Integer.parseInt(exchange.getRequestURI().getQuery());
            redirect(exchange, step == 0 ? "segment.ts" : "/far?" + (step - 1));
        });
        byte[] small = picture("jpg");
        camera.createContext("/snap.jpg", exchange -> give(exchange, 200, "image/jpeg", small));
        camera.createContext("/snap.jpeg", exchange -> give(exchange, 200, "", small));
        byte[] png = picture("png");
        camera.createContext("/snap.png", exchange -> give(exchange, 200, "image/png", png));
        camera.createContext("/live", exchange -> redirect(exchange, "/plain/live.m3u8"));
        camera.createContext("/stream", exchange -> {
            String text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/segment.ts\n#EXT-X-ENDLIST\n";
            give(exchange, 200, "application/x-mpegurl", text.getBytes(StandardCharsets.UTF_8));
        });
        camera.createContext("/moved/live.m3u8", exchange -> redirect(exchange, "/plain/live.m3u8"));
        playlist("/plain/live.m3u8", "", "../segment.ts");
        playlist("/led.m3u8", "", out + "/segment.ts");
        playlist(
                "/keyed.m3u8",
                "#EXT-X-KEY:METHOD=AES-128,URI=\"" + out + "/key\",IV=0x" + "01".repeat(16),
                "sealed.ts");
        playlist("/sealed.m3u8", "#EXT-X-KEY:METHOD=AES-128,URI=\"key\",IV=0x" + "01".repeat(16), "sealed.ts");
        byte[] key = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        camera.createContext("/key", exchange -> give(exchange, 200, "application/octet-stream", key));
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new IvParameterSpec(HexFormat.of().parseHex("01".repeat(16))));
        byte[] sealed = cipher.doFinal(clip);
        camera.createContext("/sealed.ts", exchange -> give(exchange, 200, "video/mp2t", sealed));
        camera.createContext("/master.m3u8", exchange -> {
            String text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + out + "/live.m3u8\n";
            give(exchange, 200, "application/vnd.apple.mpegurl", text.getBytes(StandardCharsets.UTF_8));
        });
    }

    @AfterAll
    static void stopServers() {
        camera.stop(0);
        inner.stop(0);
    }

    @BeforeEach
    void forget() {
        reached.clear();
        signed.clear();
    }

    private static HttpServer server(String address) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
        server.start();
        return server;
    }

    private static byte[] picture(String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(320, 192, BufferedImage.TYPE_3BYTE_BGR), format, bytes);
        return bytes.toByteArray();
    }

    private static void playlist(String path, String line, String segment) {
        String text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n" + (line.isEmpty() ? "" : line + "\n")
                + "#EXTINF:2.0,\n" + segment + "\n#EXT-X-ENDLIST\n";
        camera.createContext(
                path,
                exchange ->
                        give(exchange, 200, "application/vnd.apple.mpegurl", text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().add("Location", to);
        give(exchange, 302, "text/plain", new byte[0]);
    }

    private static void give(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        List<String> sent = exchange.getRequestHeaders().get("Authorization");
        if (sent != null) {
            signed.addAll(sent);
        }
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            // The reader has seen enough.
        }
    }

    private static IngestConfig only(String networks) {
        return Configuration.of(Map.of("segwatch.ingest.networks", networks)).get(IngestConfig.class);
    }

    private static void play(String url, IngestConfig config) throws GrabException {
        TestLogin.put(credentials, "right", url, OddRtspServer.USER, OddRtspServer.PASSWORD);
        InputSpec source = InputSpec.of(
                Camera.newBuilder().setUrl(url).setCredentials("right").build(), config, credentials);
        try (Deadline deadline = new Deadline(config.pictureBytes().bytes());
                VideoReader video = VideoReader.open(source, deadline, PATIENCE)) {
            assertThat(video.next(PATIENCE)).isTrue();
            assertThat(video.picture().width()).isEqualTo(320);
        }
    }

    private static void play(String path) throws GrabException {
        play("http://127.0.0.1:" + camera.getAddress().getPort() + path, only("127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/segment.ts",
                "/plain/live.m3u8",
                "/moved/live.m3u8",
                "/live",
                "/stream",
                "/snap.jpg",
                "/snap.jpeg",
                "/snap.png",
                "/far?4",
                "/sealed.m3u8"
            })
    void playsWhatLiesAtTheCameraHoweverItLeadsThere(String path) throws Exception {
        play(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/away", "/led.m3u8", "/keyed.m3u8", "/master.m3u8"})
    void sendsNothingToAnotherServerThatACameraLeadsTo(String path) {
        assertThatThrownBy(() -> play(path))
                .hasMessageContaining(
                        "leads to http://127.0.0.2:" + inner.getAddress().getPort())
                .hasMessageContaining("segwatch.ingest.networks");
        assertThat(reached).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/far?9"})
    void endsACircleOfRedirects(String path) {
        assertThatThrownBy(() -> play(path))
                .hasMessageContaining("redirects in a circle, or more than 5 times")
                .hasMessageContaining("http://127.0.0.1");
    }

    @Test
    void tellsUserAndPasswordToNoOtherHost() throws Exception {
        play("http://127.0.0.1:" + camera.getAddress().getPort() + "/away", only("loopback"));
        assertThat(reached).containsExactly("/stream.ts");
        assertThat(signed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://169.254.169.254/latest/meta-data/, 'loopback,private,public'",
        "http://[fd00:ec2::254]/, 'loopback,private,public'",
        "rtsp://100.100.100.200/, 'loopback,private,public'",
        "http://[::ffff:169.254.169.254]/, 'loopback,private,public'",
        "http://0.0.0.0/, 'loopback,private,public'",
        "http://127.1/, 'private,public'",
        "rtsp://localhost/, 'private,public'",
        "rtsp://[::1]/, 'private,public'",
        "rtsps://10.0.0.1/, public",
        "https://192.168.1.20/, 192.168.2.0/24",
        "http://8.8.8.8/, private"
    })
    void connectsToNoAddressWhereNoCameraMayBe(String url, String networks) {
        assertThatThrownBy(() -> play(url, only(networks)))
                .hasMessageContaining("an address where no camera may be")
                .hasMessageContaining("segwatch.ingest.networks");
    }

    @Test
    void namesTheEntryThatIsNoNetwork() {
        assertThatThrownBy(() -> only("private,lan"))
                .hasMessageContaining("segwatch.ingest.networks")
                .hasMessageContaining("lan is no network");
    }

    @ParameterizedTest
    @CsvSource({"SHA-256, SHA-256", "'SHA-256,MD5', SHA-256", "'MD5,SHA-512-256', MD5", "MD5, MD5"})
    void signsInToRtspByTheBestWayThatIsOffered(String offered, String taken) throws Exception {
        try (OddRtspServer server = new OddRtspServer("127.0.0.1", raw, OddRtspServer.digest(offered.split(",")))) {
            play("rtsp://127.0.0.1:" + server.port() + "/cam?channel=1", only("127.0.0.1"));
            assertThat(server.requests)
                    .anyMatch(request -> request.startsWith("PLAY rtsp://127.0.0.1:" + server.port() + "/cam?channel=1")
                            && request.contains("algorithm=" + taken));
        }
    }

    @Test
    void saysWhichWayToSignInIsNotKnown() throws Exception {
        String challenge = "RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\n";
        try (OddRtspServer server = new OddRtspServer("127.0.0.1", raw, request -> challenge)) {
            assertThatThrownBy(() -> play("rtsp://127.0.0.1:" + server.port() + "/", only("127.0.0.1")))
                    .hasMessageContaining("sign in only by Negotiate");
        }
    }

    @Test
    void followsARedirectOfRtspWithoutThePasswordAndToNoForbiddenHost() throws Exception {
        try (OddRtspServer target = new OddRtspServer("127.0.0.2", raw, request -> null)) {
            String moved = "RTSP/1.0 302 Moved\r\nLocation: rtsp://127.0.0.2:" + target.port() + "/other\r\n";
            try (OddRtspServer server = new OddRtspServer("127.0.0.1", raw, request -> moved)) {
                String url = "rtsp://127.0.0.1:" + server.port() + "/cam";
                assertThatThrownBy(() -> play(url, only("127.0.0.1")))
                        .hasMessageContaining("leads to rtsp://127.0.0.2:" + target.port())
                        .hasMessageContaining("segwatch.ingest.networks");
                assertThat(target.requests).isEmpty();
                play(url, only("loopback"));
                assertThat(target.requests)
                        .anyMatch(
                                request -> request.startsWith("DESCRIBE rtsp://127.0.0.2:" + target.port() + "/other"))
                        .noneMatch(request -> request.contains("Authorization"));
            }
        }
    }

    @Test
    void endsACircleOfRtspRedirects() throws Exception {
        OddRtspServer[] self = new OddRtspServer[1];
        try (OddRtspServer server = new OddRtspServer(
                "127.0.0.1",
                raw,
                request -> "RTSP/1.0 302 Moved\r\nLocation: rtsp://127.0.0.1:" + self[0].port() + "/cam\r\n")) {
            self[0] = server;
            assertThatThrownBy(() -> play("rtsp://127.0.0.1:" + server.port() + "/cam", only("127.0.0.1")))
                    .hasMessageContaining("redirects in a circle");
        }
    }
}
