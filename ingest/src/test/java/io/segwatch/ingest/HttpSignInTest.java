package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.tls.TestAuthority;
import io.segwatch.v1.Camera;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP and HTTPS cameras that ask for user and password. */
@Timeout(60)
class HttpSignInTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    static HttpServer plain;
    static HttpsServer sealed;
    static TestAuthority.Server camera;
    static byte[] clip;
    static Credentials credentials;
    static final List<String> taken = new CopyOnWriteArrayList<>();
    static final IngestConfig config = Configuration.of(Map.of()).get(IngestConfig.class);

    @BeforeAll
    static void startServers() throws Exception {
        NativeLog.install();
        clip = Files.readAllBytes(Clips.h264(folder.resolve("clip.ts"), 320, 192, 25, 50));
        credentials = new Credentials(folder.resolve("credentials.properties"));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        plain = HttpServer.create(any, 0);
        sealed = HttpsServer.create(any, 0);
        camera = TestAuthority.selfSigned("camera");
        sealed.setHttpsConfigurator(new HttpsConfigurator(camera.context()));
        for (HttpServer server : List.of(plain, sealed)) {
            server.createContext("/", HttpSignInTest::answer);
            server.start();
        }
    }

    @AfterAll
    static void stopServers() {
        plain.stop(0);
        sealed.stop(0);
    }

    /** The path names the ways that are offered. */
    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        String request = exchange.getRequestMethod() + " x\nAuthorization: " + header + "\n";
        boolean playlist = path.endsWith(".m3u8");
        byte[] body = playlist
                ? "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nsegment.ts\n#EXT-X-ENDLIST\n".getBytes()
                : clip;
        if (header == null || !OddRtspServer.signed(request)) {
            for (String way : path.substring(1).split("/")[0].split(",")) {
                exchange.getResponseHeaders()
                        .add(
                                "WWW-Authenticate",
                                way.equals("Negotiate")
                                        ? way
                                        : "Digest realm=\"odd\", nonce=\"1\", qop=\"auth\", algorithm=" + way);
            }
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        taken.add(header);
        exchange.sendResponseHeaders(200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            // The reader has seen enough.
        }
    }

    private static void play(String url, String name) throws GrabException {
        if (!name.isEmpty()) {
            String password = name.equals("right") ? OddRtspServer.PASSWORD : "other";
            TestLogin.put(credentials, name, url, OddRtspServer.USER, password);
        }
        InputSpec source = InputSpec.of(
                Camera.newBuilder()
                        .setId("door")
                        .setUrl(url)
                        .setCredentials(name)
                        .setTls(url.startsWith("https") ? pinned() : Camera.Tls.getDefaultInstance())
                        .build(),
                config,
                credentials);
        try (Deadline deadline = new Deadline(config.pictureBytes().bytes());
                VideoReader video = VideoReader.open(source, deadline, PATIENCE)) {
            assertThat(video.next(PATIENCE)).isTrue();
        }
    }

    private static Camera.Tls pinned() {
        return Camera.Tls.newBuilder()
                .setFingerprint(camera.certificate().fingerprint())
                .build();
    }

    private static String plain(String path) {
        return "http://127.0.0.1:" + plain.getAddress().getPort() + path;
    }

    @ParameterizedTest
    @CsvSource({
        "/SHA-256/clip.ts, SHA-256",
        "'/MD5,SHA-256/clip.ts', SHA-256",
        "/MD5/clip.ts, MD5",
        "/SHA-256/live.m3u8, SHA-256"
    })
    void signsInByTheBestWayThatIsOffered(String path, String way) throws Exception {
        taken.clear();
        play(plain(path), "right");
        assertThat(taken).isNotEmpty().allMatch(header -> header.contains(way));
    }

    @Test
    void signsInOverTlsToo() throws Exception {
        play("https://127.0.0.1:" + sealed.getAddress().getPort() + "/SHA-256/clip.ts", "right");
    }

    @Test
    void saysWhyItIsNotLetIn() {
        assertThatThrownBy(() -> play(plain("/SHA-256/clip.ts"), "wrong"))
                .hasMessageContaining("user or password refused (401). Check the credentials \"wrong\".");
        // Those that were given with the camera have its name, which tells nobody anything.
        assertThatThrownBy(() -> play(plain("/SHA-256/clip.ts"), "door"))
                .hasMessageContaining("user or password refused (401). Check both.");
        assertThatThrownBy(() -> play(plain("/SHA-256/clip.ts"), ""))
                .hasMessageContaining("asks for a user and a password (401)");
        assertThatThrownBy(() -> play(plain("/SHA-512-256,Negotiate/clip.ts"), "right"))
                .hasMessageContaining("sign in only by Digest with SHA-512-256, Negotiate (401)");
    }
}
