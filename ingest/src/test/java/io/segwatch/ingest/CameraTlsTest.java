package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.tls.SeenCertificate;
import io.segwatch.tls.TestAuthority;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus.Encryption.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS and RTSPS cameras with certificates of all kinds. */
@Timeout(120)
class CameraTlsTest {
    private static final Duration DAYS = Duration.ofDays(2);
    private static final String BASIC = "Basic "
            + Base64.getEncoder().encodeToString((OddRtspServer.USER + ":" + OddRtspServer.PASSWORD).getBytes());

    @TempDir
    static Path folder;

    static byte[] clip;
    static TestAuthority authority;
    static IngestConfig config;
    static Duration patience;
    static final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    /** What came to any server, each with the login that it brought. */
    static final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        NativeLog.install();
        clip = Files.readAllBytes(Clips.h264(folder.resolve("clip.ts"), 320, 192, 25, 50));
        authority = new TestAuthority(folder);
        config = Configuration.of(Map.of("segwatch.ingest.ca-file", authority.pem.toString()))
                .get(IngestConfig.class);
    }

    @BeforeEach
    void beginWithPatience() {
        patience = Duration.ofSeconds(20);
    }

    @AfterAll
    static void stop() {
        servers.forEach(server -> server.stop(0));
    }

    /** Asks for a password, and gives the clip, or leads to {@code next}. */
    private static String serve(SSLContext tls, String address, String next) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName(address), 0);
        HttpServer server = tls == null ? HttpServer.create(any, 0) : HttpsServer.create(any, 0);
        if (server instanceof HttpsServer sealed) {
            sealed.setHttpsConfigurator(new HttpsConfigurator(tls));
        }
        server.createContext("/", exchange -> {
            String login = exchange.getRequestHeaders().getFirst("Authorization");
            requests.add(exchange.getRequestURI() + " " + login);
            boolean known =
                    BASIC.equals(login) || exchange.getRequestURI().getPath().equals("/open");
            if (!known) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
            } else if (next != null) {
                exchange.getResponseHeaders().add("Location", next);
            }
            boolean gives = known && next == null;
            exchange.sendResponseHeaders(gives ? 200 : known ? 302 : 401, gives ? clip.length : -1);
            try (exchange) {
                if (gives) {
                    exchange.getResponseBody().write(clip);
                }
            } catch (IOException e) {
                // The reader has seen enough.
            }
        });
        server.start();
        servers.add(server);
        String host = address.contains(":") ? "[" + address + "]" : address;
        return (tls == null ? "http://" : "https://") + host + ":"
                + server.getAddress().getPort() + "/clip.ts";
    }

    private static InputSpec play(String url, Camera.Tls tls) throws Exception {
        Credentials credentials = new Credentials(folder.resolve("credentials.properties"));
        TestLogin.put(credentials, "login", url, OddRtspServer.USER, OddRtspServer.PASSWORD);
        InputSpec source = InputSpec.of(
                Camera.newBuilder()
                        .setUrl(url)
                        .setCredentials("login")
                        .setTls(tls)
                        .build(),
                config,
                credentials);
        try (Deadline deadline = new Deadline(config.pictureBytes().bytes());
                VideoReader video = VideoReader.open(source, deadline, patience)) {
            assertThat(video.next(patience)).isTrue();
        } catch (GrabException e) {
            throw new Refused(e.getMessage(), source);
        }
        return source;
    }

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final transient InputSpec source;

        Refused(String message, InputSpec source) {
            super(message);
            this.source = source;
        }
    }

    private static Camera.Tls pin(SeenCertificate certificate) {
        return Camera.Tls.newBuilder().setFingerprint(certificate.fingerprint()).build();
    }

    private static final Camera.Tls UNSET = Camera.Tls.getDefaultInstance();

    private static void assertRefused(String url, Camera.Tls tls, Verdict verdict, String... said) {
        requests.clear();
        assertThatThrownBy(() -> play(url, tls)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused).hasMessageContainingAll(said).hasMessageContaining("Nothing was sent to it");
            assertThat(refused.source.tls.seen().getVerdict()).isEqualTo(verdict);
        });
        assertThat(requests).isEmpty();
    }

    @Test
    void aCertificateOfNoCaIsRefusedUntilItsFingerprintIsPinned() throws Exception {
        TestAuthority.Server camera = TestAuthority.selfSigned("door camera");
        String url = serve(camera.context(), "127.0.0.1", null);
        assertRefused(
                url,
                UNSET,
                Verdict.NOT_TRUSTED,
                "its certificate is signed by itself",
                camera.certificate().fingerprint(),
                "CN=door camera",
                "valid from",
                "segwatch.ingest.ca-file");
        InputSpec pinned = play(url, pin(camera.certificate()));
        assertThat(pinned.tls.seen().getVerdict()).isEqualTo(Verdict.PINNED);
        assertThat(pinned.tls.seen().getFingerprint())
                .isEqualTo(camera.certificate().fingerprint());
        SeenCertificate other = TestAuthority.selfSigned("door camera").certificate();
        assertRefused(url, pin(other), Verdict.CHANGED, "is another one than the one that is trusted", "renewed");
        Camera.Tls anyone =
                Camera.Tls.newBuilder().setInsecureAnyCertificate(true).build();
        assertThat(play(url, anyone).tls.seen().getVerdict()).isEqualTo(Verdict.NOT_VERIFIED);
    }

    @Test
    void aCertificateOfTheCaFileIsVerifiedForItsNameAndTime() throws Exception {
        String right = serve(authority.server("127.0.0.1", DAYS).context(), "127.0.0.1", null);
        assertThat(play(right, UNSET).tls.seen().getVerdict()).isEqualTo(Verdict.VERIFIED);
        String wrong = serve(authority.server("other.example", DAYS).context(), "127.0.0.1", null);
        assertRefused(wrong, UNSET, Verdict.NOT_TRUSTED, "its certificate is for another name", "other.example");
        String old = serve(authority.server("127.0.0.1", Duration.ofHours(-1)).context(), "127.0.0.1", null);
        assertRefused(old, UNSET, Verdict.NOT_TRUSTED, "has expired");
        TestAuthority.Server stranger =
                new TestAuthority(Files.createDirectories(folder.resolve("stranger"))).server("127.0.0.1", DAYS);
        String unknown = serve(stranger.context(), "127.0.0.1", null);
        assertRefused(unknown, UNSET, Verdict.NOT_TRUSTED, "of a CA that is not trusted here");
    }

    @Test
    void anIpv6AddressIsOneOfTheNames() throws Exception {
        String url = serve(authority.server("::1", DAYS).context(), "::1", null);
        assertThat(play(url, UNSET).tls.seen().getVerdict()).isEqualTo(Verdict.VERIFIED);
    }

    @Test
    void whereItLeadsIsVerifiedTooAndGetsNoPassword() throws Exception {
        String plain = serve(null, "127.0.0.1", null);
        String sealed = serve(authority.server("127.0.0.1", DAYS).context(), "127.0.0.1", plain);
        requests.clear();
        assertThatThrownBy(() -> play(sealed, UNSET)).hasMessageContaining("told to no other host");
        assertThat(requests).last().asString().endsWith(" null");
        String stranger = serve(TestAuthority.selfSigned("stranger").context(), "127.0.0.2", null);
        String leads = serve(authority.server("127.0.0.1", DAYS).context(), "127.0.0.1", stranger);
        requests.clear();
        assertThatThrownBy(() -> play(leads, UNSET))
                .hasMessageContaining("led to https://127.0.0.2")
                .hasMessageContaining("is signed by itself");
        assertThat(requests).allMatch(request -> request.startsWith("/clip.ts")).hasSize(2);
    }

    @Test
    void anRtspCameraIsVerifiedInTheSameWay() throws Exception {
        byte[] raw = Files.readAllBytes(Clips.h264(folder.resolve("clip.h264"), 320, 192, 25, 50));
        TestAuthority.Server camera = TestAuthority.selfSigned("rtsp camera");
        try (OddRtspServer server = new OddRtspServer(camera.context(), raw, OddRtspServer.digest("MD5"))) {
            String url = "rtsps://127.0.0.1:" + server.port() + "/live";
            assertRefused(url, UNSET, Verdict.NOT_TRUSTED, camera.certificate().fingerprint());
            assertThat(server.requests).isEmpty();
            assertThat(play(url, pin(camera.certificate())).tls.seen().getVerdict())
                    .isEqualTo(Verdict.PINNED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "rtsps"})
    void whoAnswersToTlsInPlainIsNamed(String scheme) throws Exception {
        try (ServerSocket plain = answering("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThatThrownBy(() -> play(scheme + "://127.0.0.1:" + plain.getLocalPort() + "/", UNSET))
                    .hasMessageContaining("does not speak TLS")
                    .hasMessageContaining("http:// or rtsp://");
        }
        try (ServerSocket mute = answering("")) {
            assertThatThrownBy(() -> play(scheme + "://127.0.0.1:" + mute.getLocalPort() + "/", UNSET))
                    .hasMessageContaining("nobody there answers to TLS");
        }
        // Many wait for the end of a line, which the beginning of TLS has or has not, by chance.
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
            patience = Duration.ofSeconds(1);
            assertThatThrownBy(() -> play(scheme + "://127.0.0.1:" + silent.getLocalPort() + "/", UNSET))
                    .hasMessageContaining("nobody there answers to TLS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "rtsp"})
    void whoAnswersToPlainTextInTlsIsNamed(String scheme) throws Exception {
        try (ServerSocket sealed = answering("\u0015\u0003\u0003\u0000\u0002\u0002\n")) {
            assertThatThrownBy(() -> play(scheme + "://127.0.0.1:" + sealed.getLocalPort() + "/", UNSET))
                    .hasMessageContaining("speaks TLS")
                    .hasMessageContaining("https:// or rtsps://");
        }
        try (ServerSocket mute = answering("")) {
            assertThatThrownBy(() -> play(scheme + "://127.0.0.1:" + mute.getLocalPort() + "/", UNSET))
                    .hasMessageContaining("closed without an answer")
                    .hasMessageContaining("https:// or rtsps://");
        }
    }

    /** Reads something of each connection, says this, and hangs up. */
    private static ServerSocket answering(String said) throws IOException {
        ServerSocket server = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read(new byte[4_096]);
                    socket.getOutputStream().write(said.getBytes("ISO-8859-1"));
                } catch (IOException e) {
                    // The next one.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }
}
