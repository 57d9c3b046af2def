package io.segwatch.delivery.push;

import com.google.crypto.tink.apps.webpush.WebPushHybridEncrypt;
import com.google.protobuf.ByteString;
import io.prometheus.client.Counter;
import io.segwatch.v1.PushSubscription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to push services, encrypted for the browser and signed. A service that asks for a pause gets it, for
 * all of its browsers. The log names services and no address: an address is as good as a password. Threadsafe.
 */
final class PushClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PushClient.class);
    private static final Counter MESSAGES = Counter.build(
                    "segwatch_push_messages_total", "Messages to browsers, by how they ended")
            .labelNames("outcome")
            .register();

    private static final int MOST_WAITING = 2_000;
    private static final int CONNECTIONS_EACH = 4;
    private static final int ATTEMPTS = 4;
    private static final long MAX_ANSWER_BYTES = 64 << 10;

    private enum Outcome {
        DELIVERED,
        /** The browser has taken its subscription back. */
        GONE,
        REFUSED,
        /** Is tried again. */
        FAILED,
        /** The recipient may no longer see it. */
        WITHDRAWN
    }

    /** @param pauseMs that the service asks for; 0 for none */
    private record Result(Outcome outcome, String host, String reason, long pauseMs) {}

    private record Prepared(RequestOptions options, String authorization, byte[] body) {}

    private final Vertx vertx;
    private final PushNetwork network;
    private final PushRecipients recipients;
    private final Vapid vapid;
    private final WorkerExecutor pool;
    private final HttpClient client;
    private final AtomicInteger waiting = new AtomicInteger();
    /** By service, until when it wants no more. */
    private final Map<String, Long> pauses = new ConcurrentHashMap<>();

    private volatile boolean closed;

    PushClient(Vertx vertx, PushNetwork network, PushRecipients recipients, Vapid vapid) {
        this.vertx = vertx;
        this.network = network;
        this.recipients = recipients;
        this.vapid = vapid;
        long timeoutMs = network.timeout().toMillis();
        this.pool = vertx.createSharedWorkerExecutor("delivery-push", 2);
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) timeoutMs)
                        .setSslHandshakeTimeout(timeoutMs)
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setTrustOptions(TrustOptions.wrap(network.trusted()))
                        .setKeepAliveTimeout(30)
                        .setMaxHeaderSize(16 << 10),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_EACH));
    }

    /** Never blocks; drops it when too many wait. */
    void offer(PushMessage message) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            end("dropped");
            return;
        }
        attempt(message, 1);
    }

    private void attempt(PushMessage message, int number) {
        if (closed) {
            end("dropped");
            return;
        }
        Optional<PushSubscription> recipient = recipients.find(message.subscription(), message.camera());
        if (recipient.isEmpty()) {
            settle(message, number, new Result(Outcome.WITHDRAWN, "", "", 0));
            return;
        }
        URI endpoint = URI.create(recipient.get().getEndpoint());
        long pauseMs = pauses.getOrDefault(endpoint.getHost(), 0L) - System.currentTimeMillis();
        if (pauseMs > 0) {
            later(message, number, pauseMs);
            return;
        }
        pool.executeBlocking(() -> prepare(recipient.get(), endpoint, message), false)
                .compose(prepared -> client.request(prepared.options())
                        .compose(request -> send(request, prepared, message, endpoint.getHost())))
                .recover(failure -> Future.succeededFuture(
                        new Result(Outcome.FAILED, endpoint.getHost(), String.valueOf(failure.getMessage()), 0)))
                .onSuccess(result -> settle(message, number, result));
    }

    /** To the address that was checked, and not to the name, which may resolve to another one a moment later. */
    private Prepared prepare(PushSubscription recipient, URI endpoint, PushMessage message) throws IOException {
        InetAddress address = network.hosts().resolve(endpoint.getHost());
        String literal = address.getHostAddress();
        int port = endpoint.getPort() < 0 ? 443 : endpoint.getPort();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(recipient.getEndpoint())
                .setServer(SocketAddress.inetSocketAddress(
                        port, address instanceof Inet6Address ? "[" + literal + "]" : literal))
                .setFollowRedirects(false)
                .setIdleTimeout(network.timeout().toMillis());
        return new Prepared(options, vapid.authorization(endpoint), encrypted(recipient, message));
    }

    private static byte[] encrypted(PushSubscription recipient, PushMessage message) throws IOException {
        try {
            return new WebPushHybridEncrypt.Builder()
                    .withRecipientPublicKey(bytes(recipient.getP256Dh()))
                    .withAuthSecret(bytes(recipient.getAuth()))
                    .build()
                    .encrypt(message.text(), null);
        } catch (GeneralSecurityException e) {
            throw new IOException("The browser's key is none");
        }
    }

    private static byte[] bytes(ByteString of) {
        return of.toByteArray();
    }

    private Future<Result> send(HttpClientRequest request, Prepared prepared, PushMessage message, String host) {
        request.putHeader("authorization", prepared.authorization())
                .putHeader("content-encoding", "aes128gcm")
                .putHeader("content-type", "application/octet-stream")
                .putHeader("ttl", Long.toString(PushMessage.LIFETIME.toSeconds()))
                .putHeader("urgency", "high")
                .putHeader("topic", message.topic())
                .putHeader("user-agent", "Segwatch");
        return request.send(Buffer.buffer(prepared.body()))
                .compose(response -> drained(request, response).map(done -> result(response, host)))
                .timeout(network.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> request.reset());
    }

    /** An answer must be read to its end for the connection to be used again. */
    private static Future<Void> drained(HttpClientRequest request, HttpClientResponse response) {
        long[] bytes = {0};
        response.handler(part -> {
            bytes[0] += part.length();
            if (bytes[0] > MAX_ANSWER_BYTES) {
                request.reset();
            }
        });
        return response.end();
    }

    private Result result(HttpClientResponse response, String host) {
        int status = response.statusCode();
        String reason = "it answered " + status;
        if (status >= 200 && status < 300) {
            return new Result(Outcome.DELIVERED, host, reason, 0);
        }
        if (status == 404 || status == 410) {
            return new Result(Outcome.GONE, host, reason, 0);
        }
        if (status == 429 || status >= 500) {
            return new Result(
                    Outcome.FAILED, host, reason, network.retryAfterMs().applyAsLong(response.headers()));
        }
        return new Result(Outcome.REFUSED, host, reason, 0);
    }

    private void settle(PushMessage message, int number, Result result) {
        if (result.pauseMs() > 0) {
            long now = System.currentTimeMillis();
            pauses.values().removeIf(until -> until <= now);
            pauses.put(result.host(), now + result.pauseMs());
        }
        if (result.outcome() == Outcome.FAILED && number < ATTEMPTS) {
            later(
                    message,
                    number + 1,
                    Math.max(result.pauseMs(), network.firstRetry().toMillis() << (number - 1)));
            return;
        }
        if (result.outcome() == Outcome.GONE) {
            recipients.remove(message.subscription());
        }
        if (result.outcome() == Outcome.REFUSED || result.outcome() == Outcome.FAILED) {
            log.warn("A device was not told of an alert by {}: {}", result.host(), result.reason());
        }
        end(result.outcome().name().toLowerCase());
    }

    private void later(PushMessage message, int number, long waitMs) {
        if (System.currentTimeMillis() + waitMs > message.untilMs()) {
            end("expired");
        } else {
            vertx.setTimer(Math.max(1, waitMs), timer -> attempt(message, number));
        }
    }

    private void end(String outcome) {
        waiting.decrementAndGet();
        MESSAGES.labels(outcome).inc();
    }

    @Override
    public void close() {
        closed = true;
        client.close();
        pool.close();
    }
}
