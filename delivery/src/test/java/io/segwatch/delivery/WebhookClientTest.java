package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single attempts to real receivers, with and without TLS. */
class WebhookClientTest {
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    static Path folder;

    private static TestCa ca;

    private final Vertx vertx = Vertx.vertx();
    private Secrets secrets;

    @BeforeAll
    static void makeCa() throws Exception {
        ca = new TestCa(folder);
    }

    @BeforeEach
    void makeSecret() throws Exception {
        secrets = new Secrets(folder.resolve("secrets"));
    }

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void aCertificateOfAnUnknownCaHoldsBackUntilTheCaIsTrusted() throws Exception {
        try (Receiver receiver = receiver(ca.tls("dns:localhost", "-1d"))) {
            String url = "https://localhost:" + receiver.port() + "/ok?token=of-a-chat";

            AttemptResult refused = post(url, Optional.empty());
            assertThat(refused.kind()).isEqualTo(AttemptResult.ResultKind.BLOCKED);
            assertThat(refused.reason())
                    .contains("certificate", "CA", "segwatch.delivery.ca-file")
                    .doesNotContain("of-a-chat");
            assertThat(receiver.posts).isEmpty();

            assertThat(post(url, Optional.of(ca.pem))).isEqualTo(AttemptResult.delivered(204));
            assertThat(receiver.posts).hasSize(1);
        }
    }

    @Test
    void aCertificateForAnotherHostIsNamedAsThat() throws Exception {
        try (Receiver receiver = receiver(ca.tls("dns:elsewhere.example", "-1d"))) {
            AttemptResult refused = post("https://localhost:" + receiver.port() + "/ok", Optional.of(ca.pem));
            assertThat(refused.kind()).isEqualTo(AttemptResult.ResultKind.BLOCKED);
            assertThat(refused.reason()).contains("certificate is not for localhost");
            assertThat(receiver.posts).isEmpty();
        }
    }

    @Test
    void anExpiredCertificateIsNamedAsThat() throws Exception {
        try (Receiver receiver = receiver(ca.tls("dns:localhost", "-10d"))) {
            AttemptResult refused = post("https://localhost:" + receiver.port() + "/ok", Optional.of(ca.pem));
            assertThat(refused.kind()).isEqualTo(AttemptResult.ResultKind.BLOCKED);
            assertThat(refused.reason()).contains("certificate", "has expired");
            assertThat(receiver.posts).isEmpty();
        }
    }

    @Test
    void aCertificateThatIsNotValidYetIsNamedAsThat() throws Exception {
        try (Receiver receiver = receiver(ca.tls("dns:localhost", "+10d"))) {
            AttemptResult refused = post("https://localhost:" + receiver.port() + "/ok", Optional.of(ca.pem));
            assertThat(refused.reason()).contains("not valid yet", "clock");
        }
    }

    @Test
    void aReceiverWithoutTlsIsNoMatterOfItsCertificate() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread answer = new Thread(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client closes first.
                }
            });
            answer.start();
            AttemptResult refused = post("https://127.0.0.1:" + plain.getLocalPort() + "/ok", Optional.empty());
            assertThat(refused.kind()).isEqualTo(AttemptResult.ResultKind.FAILED);
            assertThat(refused.reason()).doesNotContain("certificate").contains("does not speak TLS", "http://");
            answer.join();
        }
    }

    @Test
    void aCaFileWithoutCertificatesIsRefusedWithItsKey() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
        for (Path file : List.of(empty, text, folder.resolve("missing.pem"))) {
            assertThatThrownBy(() -> ReceiverTrust.of(Optional.of(file)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("segwatch.delivery.ca-file: " + file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alert_receiver", "stack_alert_receiver.example_net"})
    void aNameWithUnderscoresIsPostedToAsItIsGiven(String host) throws Exception {
        try (Receiver plain = new Receiver(SECRET);
                Receiver secure = receiver(ca.tls("dns:" + host.replace('_', '-'), "-1d"))) {
            assertThat(post("http://" + host + ":" + plain.port() + "/ok", Optional.empty()))
                    .isEqualTo(AttemptResult.delivered(204));
            assertThat(plain.posts.get(0).headers()).containsEntry("host", host + ":" + plain.port());

            // No certificate names a host with an underscore in keytool's terms; the handshake gets as far as that.
            assertThat(post("https://" + host + ":" + secure.port() + "/ok", Optional.of(ca.pem))
                            .reason())
                    .contains("certificate is not for " + host);
        }
    }

    @Test
    void anIpv6AddressIsPostedTo() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        try (Receiver plain = new Receiver(SECRET, loopback, Optional.empty());
                Receiver secure = new Receiver(SECRET, loopback, Optional.of(ca.tls("ip:::1", "-1d")))) {
            assertThat(post("http://[::1]:" + plain.port() + "/ok", Optional.empty()))
                    .isEqualTo(AttemptResult.delivered(204));
            assertThat(plain.posts.get(0).headers()).containsEntry("host", "[::1]:" + plain.port());
            assertThat(post("https://[::1]:" + secure.port() + "/ok", Optional.of(ca.pem)))
                    .isEqualTo(AttemptResult.delivered(204));
        }
    }

    @Test
    void noReasonShowsThePathOrTheQuery() throws Exception {
        try (Receiver receiver = new Receiver(SECRET)) {
            String url = "http://127.0.0.1:" + receiver.port() + "/services/a-token?key=another";
            for (int status : List.of(302, 410, 500)) {
                receiver.behaviour = post -> new Receiver.Answer(status, Map.of("Location", url));
                assertThat(post(url, Optional.empty()).reason())
                        .contains(Integer.toString(status))
                        .doesNotContain("a-token")
                        .doesNotContain("another");
            }
            receiver.behaviour = post -> {
                Thread.sleep(600_000);
                return Receiver.Answer.OK;
            };
            assertThat(post(url, Optional.empty(), Duration.ofSeconds(1)).reason())
                    .contains("did not answer within")
                    .doesNotContain("a-token")
                    .doesNotContain("another");
        }
        assertThat(post("http://127.0.0.1:1/services/a-token?key=another", Optional.empty())
                        .reason())
                .contains("cannot be reached")
                .doesNotContain("a-token")
                .doesNotContain("another");
    }

    private static Receiver receiver(SSLContext tls) throws Exception {
        return new Receiver(SECRET, InetAddress.getByName("127.0.0.1"), Optional.of(tls));
    }

    /** Names with an underscore lead to this machine, as an entry of the hosts file would make them. */
    private static InetAddress[] lookup(String host) throws UnknownHostException {
        return host.contains("_")
                ? new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})}
                : InetAddress.getAllByName(host);
    }

    private AttemptResult post(String url, Optional<Path> caFile) throws Exception {
        return post(url, caFile, Duration.ofSeconds(60));
    }

    private AttemptResult post(String url, Optional<Path> caFile, Duration timeout) throws Exception {
        Webhook webhook = Webhook.newBuilder().setId("hook").setUrl(url).build();
        secrets.put("hook", CameraUrl.parse(url).authority(), Secrets.Secret.of(SECRET));
        EgressPolicy egress = new EgressPolicy(List.of("127.0.0.0/8", "::1"), WebhookClientTest::lookup);
        Alert alert = Alert.newBuilder().setId("alert1").setCamera("door").build();
        try (WebhookClient client = new WebhookClient(
                vertx,
                webhook,
                secrets,
                egress,
                ReceiverTrust.of(caFile),
                DeliverySetup.config(50, List.of(), timeout))) {
            return client.post(WebhookEvent.of(alert, webhook, "", ChatMessage.About.of(alert, Optional.empty())))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        }
    }
}
