package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.segwatch.config.Configuration;
import io.segwatch.tls.PeerTrust;
import io.segwatch.tls.TestAuthority;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands that speak to a Segwatch over HTTPS, and to cameras with certificates through it. */
class HttpsCommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private Node node;
    private String api;
    private String fingerprint;

    @BeforeEach
    void start() throws Exception {
        node = Node.start(
                Configuration.load(
                        null,
                        Map.of(
                                "segwatch.data-dir", folder.resolve("data").toString(),
                                "segwatch.admin.port", "0",
                                "segwatch.dashboard.port", "0",
                                "segwatch.tls.self-signed", "true",
                                "segwatch.tls.admin", "true")),
                EnumSet.of(Node.RoleName.BROKER, Node.RoleName.INGEST, Node.RoleName.DASHBOARD),
                said::add);
        api = node.pageUrl();
        fingerprint = said.stream()
                .filter(line -> line.startsWith("Certificate, signed by itself: SHA-256 "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*SHA-256 ", "");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void trustsTheFingerprintThatTheStartSaidOrTheFileAndNobodyElse() throws Exception {
        assertThat(api).startsWith("https://");
        assertThat(run("camera", "list", "--api", api))
                .contains("is not trusted, and nothing was sent to it", "signed by itself", fingerprint, "--ca-file");
        String bare = fingerprint.replace(":", "").toLowerCase();
        assertThat(run("camera", "list", "--api", api, "--fingerprint", bare)).contains("No camera yet");
        String certificate = folder.resolve("data/tls/certificate.pem").toString();
        assertThat(run("camera", "list", "--api", api, "--ca-file", certificate))
                .contains("No camera yet");
        assertThat(run("camera", "list", "--api", api, "--fingerprint", "AB")).contains("64 hexadecimal digits");
        assertThat(run("camera", "list", "--api", api.replace("https:", "http:")))
                .contains("This port speaks HTTPS");
        HttpClient client = HttpClient.newBuilder()
                .sslContext(PeerTrust.of(Optional.empty()).pinned(fingerprint).context())
                .build();
        URI health = URI.create("https://127.0.0.1:" + node.adminPort() + "/health");
        assertThat(client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCameraIsTrustedByTheFingerprintThatItsStatusSays() throws Exception {
        TestAuthority.Server camera = TestAuthority.selfSigned("yard camera");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(camera.context()));
        server.start();
        try {
            String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/none.jpg";
            trusted("camera", "add", url, "--id", "yard");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(trusted("camera", "list"))
                            .contains("its certificate is signed by itself", "./segwatch camera trust"));
            String shown = trusted("camera", "trust", "yard");
            assertThat(shown)
                    .contains(camera.certificate().fingerprint(), "CN=yard camera", "refused, not trusted")
                    .contains("./segwatch camera trust yard --certificate");
            assertThat(trusted(
                            "camera",
                            "trust",
                            "yard",
                            "--certificate",
                            camera.certificate().fingerprint()))
                    .contains("Changed camera yard");
            // It has no picture, but is spoken to.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(trusted("camera", "list")).contains("404"));
            assertThat(trusted("camera", "trust", "yard")).contains("the certificate that was trusted");
            assertThat(trusted("camera", "trust", "yard", "--certificate", "00"))
                    .contains("64 hexadecimal digits");
            String other = TestAuthority.selfSigned("other").certificate().fingerprint();
            trusted("camera", "trust", "yard", "--certificate", other);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(trusted("camera", "trust", "yard"))
                            .contains("refused, another one than the trusted one"));
        } finally {
            server.stop(0);
        }
    }

    private String trusted(String... arguments) {
        return run(Stream.concat(Stream.of(arguments), Stream.of("--api", api, "--fingerprint", fingerprint))
                .toArray(String[]::new));
    }

    private static String run(String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine commands = Segwatch.commands();
        commands.setOut(new PrintWriter(text, true)).setErr(new PrintWriter(text, true));
        commands.execute(new ArrayList<>(List.of(arguments)).toArray(String[]::new));
        return text.toString().strip();
    }
}
