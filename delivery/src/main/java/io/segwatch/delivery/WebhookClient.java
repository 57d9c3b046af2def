package io.segwatch.delivery;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.VisibleText;
import io.segwatch.contracts.WebhookUrl;
import io.segwatch.delivery.chat.ChatService;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the attempts to post one webhook's events: signed where the format is for programs, to an address that may be
 * posted to. Connections and the lookup of the address are this webhook's own, so that a receiver that does not answer
 * holds up no other, also on the same host. Threadsafe.
 */
final class WebhookClient implements AutoCloseable {
    /** A connection whose answer is longer is closed. */
    private static final long MAX_ANSWER_BYTES = 64 << 10;

    private static final int MAX_REASON = 200;

    /** Of a refusal that is read for its reason. */
    private static final int MAX_REFUSAL_BYTES = 2 << 10;

    private static final long REFUSAL_TIMEOUT_MS = 2_000;

    /** What an attempt needs before anything is sent. */
    private record Destination(List<Secrets.Secret> secrets, SocketAddress server, String address) {}

    /** Ends an attempt before it is sent. */
    private static final class NotSent extends RuntimeException {
        private final transient AttemptResult result;

        NotSent(AttemptResult result) {
            super(result.reason(), null, false, false);
            this.result = result;
        }
    }

    private final Webhook webhook;
    private final WebhookUrl address;
    private final CameraUrl url;
    private final Optional<ChatService> chat;
    private final Secrets secrets;
    private final EgressPolicy egress;
    private final long timeoutMs;
    private final Vertx vertx;
    private final WorkerExecutor lookups;
    private final HttpClient client;

    WebhookClient(
            Vertx vertx,
            Webhook webhook,
            Secrets secrets,
            EgressPolicy egress,
            TrustManagerFactory trusted,
            DeliveryConfig config) {
        this.vertx = vertx;
        this.webhook = webhook;
        this.address = WebhookUrl.parse(webhook.getUrl(), webhook.getFormat());
        this.url = address.address();
        this.chat = ChatService.of(webhook.getFormat());
        this.secrets = secrets;
        this.egress = egress;
        this.timeoutMs = config.timeout().toMillis();
        this.lookups = vertx.createSharedWorkerExecutor("delivery-lookup-" + webhook.getId(), 1);
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) timeoutMs)
                        .setSslHandshakeTimeout(timeoutMs)
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setTrustOptions(TrustOptions.wrap(trusted))
                        .setKeepAliveTimeout(30)
                        .setMaxHeaderSize(16 << 10),
                new PoolOptions().setHttp1MaxSize(config.inFlight()).setHttp2MaxSize(1));
    }

    /**
     * The future never fails: an attempt that goes wrong has a result that says so. The time limit starts once there is
     * a connection, and nothing is sent after the future has completed. Threadsafe, never blocks.
     */
    Future<AttemptResult> post(WebhookEvent event) {
        return lookups.executeBlocking(this::prepare, false)
                .compose(destination ->
                        client.request(options(destination)).compose(request -> send(request, destination, event)))
                .recover(failure -> Future.succeededFuture(result(failure)));
    }

    private Destination prepare() {
        return new Destination(secrets(), server(), address());
    }

    /** None for a chat service, which would not look at a signature. */
    private List<Secrets.Secret> secrets() {
        String id = webhook.getId();
        if (!Definitions.isSigned(webhook.getFormat())) {
            return List.of();
        }
        try {
            List<Secrets.Secret> found = secrets.find(id, url.authority());
            if (found.isEmpty()) {
                throw new NotSent(AttemptResult.blocked("There is no secret for " + id
                        + " to sign with. Give it one with ./segwatch webhook rotate " + id + "."));
            }
            return found;
        } catch (IllegalArgumentException e) {
            throw new NotSent(AttemptResult.blocked("The secret of " + id + " " + e.getMessage()));
        } catch (IOException e) {
            throw new NotSent(AttemptResult.blocked(e.getMessage()));
        }
    }

    /** With its secret parts, which are for this scheme, host and port alone. */
    private String address() {
        try {
            return address.filled(secrets.parts(webhook.getId(), url.authority()));
        } catch (IllegalArgumentException e) {
            throw new NotSent(AttemptResult.blocked("The address " + e.getMessage() + "."));
        } catch (IOException e) {
            throw new NotSent(AttemptResult.blocked(e.getMessage()));
        }
    }

    /**
     * The connection is made to the address that was checked, as a literal: Vert.x looks up every name again, which
     * could give another address. It takes an IPv6 address in brackets only.
     */
    private SocketAddress server() {
        try {
            InetAddress address = egress.resolve(url.host());
            String literal = address.getHostAddress();
            return SocketAddress.inetSocketAddress(
                    port(), address instanceof Inet6Address ? "[" + literal + "]" : literal);
        } catch (UnknownHostException e) {
            throw new NotSent(AttemptResult.failed("The name " + url.host() + " is not known"));
        } catch (EgressPolicy.Forbidden e) {
            throw new NotSent(AttemptResult.blocked("The address " + url.host() + " " + e.getMessage()));
        }
    }

    private int port() {
        return url.port().orElse(url.scheme().equals("https") ? 443 : 80);
    }

    private RequestOptions options(Destination destination) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(chat.map(service -> service.address(destination.address()))
                        .orElseGet(destination::address))
                .setServer(destination.server())
                .setFollowRedirects(false)
                .setIdleTimeout(timeoutMs);
    }

    private Future<AttemptResult> send(HttpClientRequest request, Destination destination, WebhookEvent event) {
        List<Secrets.Secret> keys = destination.secrets();
        event.headers().forEach(request::putHeader);
        request.putHeader("user-agent", "Segwatch");
        if (!keys.isEmpty()) {
            sign(request, keys, event);
        }
        byte[] body = chat.map(service -> service.addressed(event.body(), destination.address()))
                .orElseGet(event::body);
        return request.send(Buffer.buffer(body))
                .compose(response -> result(response, request))
                .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                .onFailure(failure -> request.reset());
    }

    private static void sign(HttpClientRequest request, List<Secrets.Secret> keys, WebhookEvent event) {
        long timestamp = Instant.now().getEpochSecond();
        request.putHeader("webhook-id", event.id())
                .putHeader("webhook-timestamp", Long.toString(timestamp))
                .putHeader("webhook-signature", Signature.of(keys, event.id(), timestamp, event.body()));
    }

    private Future<AttemptResult> result(HttpClientResponse response, HttpClientRequest request) {
        Future<String> answer = read(response, request);
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return Future.succeededFuture(AttemptResult.delivered(status));
        }
        long retryAfter = RetryAfter.of(response.headers(), Instant.now());
        if (chat.isEmpty()) {
            return Future.succeededFuture(refused(status, Optional.empty(), retryAfter));
        }
        return answer.map(text -> refused(status, chat.get().refusal(status, text), retryAfter));
    }

    private static AttemptResult refused(int status, Optional<ChatService.Refusal> refusal, long retryAfterMs) {
        String said = refusal.map(words -> " (" + shortened(VisibleText.shown(words.reason())) + ")")
                .orElse("");
        if (status == 410 || refusal.isPresent() && refusal.get().gone()) {
            return AttemptResult.gone(
                    status,
                    "The receiver answered " + status + (said.isEmpty() ? " Gone" : said)
                            + ". Change the webhook to post to it again.");
        }
        String remedy = status >= 300 && status < 400 ? ", and redirects are not followed; give the final address" : "";
        return new AttemptResult(
                AttemptResult.ResultKind.FAILED,
                status,
                "The receiver answered " + status + said + remedy,
                retryAfterMs);
    }

    /**
     * An answer must be read to its end for the connection to be used again; its beginning may say why it is a refusal.
     * The future never fails.
     */
    private Future<String> read(HttpClientResponse response, HttpClientRequest request) {
        Buffer beginning = Buffer.buffer();
        Promise<Void> ended = Promise.promise();
        long[] bytes = {0};
        long tooLong = vertx.setTimer(timeoutMs, timer -> request.reset());
        ended.future().onComplete(done -> vertx.cancelTimer(tooLong));
        response.exceptionHandler(ended::tryFail);
        response.endHandler(ended::tryComplete);
        response.handler(part -> {
            bytes[0] += part.length();
            beginning.appendBuffer(part, 0, Math.min(part.length(), MAX_REFUSAL_BYTES - beginning.length()));
            if (bytes[0] > MAX_ANSWER_BYTES) {
                request.reset();
            }
        });
        return ended.future()
                .timeout(Math.min(timeoutMs, REFUSAL_TIMEOUT_MS), TimeUnit.MILLISECONDS)
                .transform(done -> Future.succeededFuture(beginning.toString(StandardCharsets.UTF_8)));
    }

    private AttemptResult result(Throwable failure) {
        if (failure instanceof NotSent notSent) {
            return notSent.result;
        }
        if (failure instanceof TimeoutException) {
            return AttemptResult.failed("The receiver did not answer within " + timeoutMs + " ms");
        }
        Optional<String> certificate = ReceiverTrust.problem(failure, url.host());
        if (certificate.isPresent()) {
            // Nothing was sent, and further attempts would end in the same way until somebody mends it.
            return AttemptResult.blocked(shortened(certificate.get()));
        }
        return AttemptResult.failed("The receiver cannot be reached: " + shortened(ReceiverTrust.reason(failure)));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…";
    }

    @Override
    public void close() {
        client.close();
        lookups.close();
    }
}
