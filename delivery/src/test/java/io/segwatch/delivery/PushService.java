package io.segwatch.delivery;

import com.google.crypto.tink.apps.webpush.WebPushHybridDecrypt;
import com.google.protobuf.ByteString;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.segwatch.v1.PushSubscription;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A push service and the browsers behind it: checks who sends, and decrypts with the browser's private key. */
final class PushService implements AutoCloseable {
    /** @param path of the subscription's endpoint */
    record Push(String path, JsonObject text, JsonObject claims, Headers headers) {}

    private static final byte[] AUTH = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);

    final Queue<Push> pushes = new ConcurrentLinkedQueue<>();
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    /** Answers of the next requests; afterwards 201. */
    final Queue<Integer> answers = new ConcurrentLinkedQueue<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpsServer server;
    private final KeyPair browser;
    private final byte[] point;

    PushService(SSLContext tls) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        browser = generator.generateKeyPair();
        point = point(new ECKey.Builder(Curve.P_256, (ECPublicKey) browser.getPublic()).build());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", this::take);
        server.setExecutor(threads);
        server.start();
    }

    private static byte[] point(ECKey key) {
        byte[] point = new byte[65];
        point[0] = 4;
        System.arraycopy(key.getX().decode(), 0, point, 1, 32);
        System.arraycopy(key.getY().decode(), 0, point, 33, 32);
        return point;
    }

    String origin() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    PushSubscription.Builder subscription(String id, String user) {
        return PushSubscription.newBuilder()
                .setId(id)
                .setUser(user)
                .setEndpoint(origin() + "/push/" + id)
                .setP256Dh(ByteString.copyFrom(point))
                .setAuth(ByteString.copyFrom(AUTH))
                .setCreatedAtMs(System.currentTimeMillis());
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Integer answer = answers.poll();
            if (answer == null) {
                pushes.add(read(exchange, body));
            } else if (answer == 429) {
                exchange.getResponseHeaders().add("Retry-After", "1");
            }
            exchange.sendResponseHeaders(answer == null ? 201 : answer, -1);
        } catch (Exception | AssertionError e) {
            faults.add(e);
        }
    }

    private Push read(HttpExchange exchange, byte[] body) throws Exception {
        byte[] text = new WebPushHybridDecrypt.Builder()
                .withRecipientPrivateKey((ECPrivateKey) browser.getPrivate())
                .withRecipientPublicKey(point)
                .withAuthSecret(AUTH)
                .build()
                .decrypt(body, null);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        List<String> parts = Arrays.asList(authorization.split("vapid t=|, k="));
        byte[] key = new Base64URL(parts.get(2)).decode();
        ECKey sender = new ECKey.Builder(
                        Curve.P_256,
                        Base64URL.encode(Arrays.copyOfRange(key, 1, 33)),
                        Base64URL.encode(Arrays.copyOfRange(key, 33, 65)))
                .build();
        SignedJWT token = SignedJWT.parse(parts.get(1));
        if (!token.verify(new ECDSAVerifier(sender))) {
            throw new AssertionError("The signature is wrong");
        }
        JsonObject claims = new JsonObject(token.getPayload().toString());
        return new Push(
                exchange.getRequestURI().getPath(),
                new JsonObject(new String(text, StandardCharsets.UTF_8)),
                claims.put("k", parts.get(2)),
                exchange.getRequestHeaders());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
