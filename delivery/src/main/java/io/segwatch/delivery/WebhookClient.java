package io.segwatch.delivery;

import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** Makes one attempt to post one event: signed, to an address that may be posted to. Threadsafe. */
final class WebhookClient implements AutoCloseable {
    private static final int LOOKUP_THREADS = 16;
    /** A connection whose answer is longer is closed. */
    private static final long MAX_ANSWER_BYTES = 64 << 10;

    private static final int MAX_REASON = 200;

    /** What an attempt needs before anything is sent. */
    private record Destination(List<Secrets.Secret> secrets, SocketAddress server) {}

    /** Ends an attempt before it is sent. */
    private static final class NotSent extends RuntimeException {
        private final transient AttemptResult result;

        NotSent(AttemptResult result) {
            super(result.reason(), null, false, false);
            this.result = result;
        }
    }

    private final Secrets secrets;
    private final EgressPolicy egress;
    private final long timeoutMs;
    private final Vertx vertx;
    private final WorkerExecutor lookups;
    private final HttpClient client;

    WebhookClient(Vertx vertx, Secrets secrets, DeliveryConfig config) {
        this.vertx = vertx;
        this.secrets = secrets;
        this.egress = new EgressPolicy(config.privateTargets().orElse(List.of()));
        this.timeoutMs = config.timeout().toMillis();
        this.lookups = vertx.createSharedWorkerExecutor("delivery-lookup", LOOKUP_THREADS);
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) timeoutMs)
                        .setKeepAliveTimeout(30)
                        .setMaxHeaderSize(16 << 10),
                new PoolOptions().setHttp1MaxSize(config.inFlight()).setHttp2MaxSize(1));
    }

    /** The future never fails: an attempt that goes wrong has a result that says so. Threadsafe, never blocks. */
    Future<AttemptResult> post(Webhook webhook, WebhookEvent event) {
        URI uri = URI.create(webhook.getUrl());
        AtomicReference<HttpClientRequest> open = new AtomicReference<>();
        return lookups.executeBlocking(() -> prepare(webhook.getId(), uri), false)
                .compose(destination -> send(destination, webhook.getUrl(), event, open))
                .map(response -> result(response, open.get()))
                .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    HttpClientRequest request = open.get();
                    if (request != null) {
                        request.reset();
                    }
                    return Future.succeededFuture(result(failure));
                });
    }

    private Destination prepare(String webhook, URI uri) {
        return new Destination(secrets(webhook), server(uri));
    }

    private List<Secrets.Secret> secrets(String webhook) {
        try {
            List<Secrets.Secret> found = secrets.find(webhook);
            if (found.isEmpty()) {
                throw new NotSent(AttemptResult.blocked(
                        "There is no secret for " + webhook + " in this process's segwatch.delivery.secrets-file."));
            }
            return found;
        } catch (IllegalArgumentException e) {
            throw new NotSent(AttemptResult.blocked("The secret of " + webhook + " " + e.getMessage()));
        } catch (IOException e) {
            throw new NotSent(AttemptResult.blocked("The secrets file cannot be read: " + e.getMessage()));
        }
    }

    /** The connection is made to the address that was checked. A second lookup could give another one. */
    private SocketAddress server(URI uri) {
        try {
            InetAddress address = egress.resolve(uri.getHost());
            int standard = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
            int port = uri.getPort() < 0 ? standard : uri.getPort();
            return SocketAddress.inetSocketAddress(new InetSocketAddress(address, port));
        } catch (UnknownHostException e) {
            throw new NotSent(AttemptResult.failed("The name " + uri.getHost() + " is not known"));
        } catch (EgressPolicy.Forbidden e) {
            throw new NotSent(AttemptResult.blocked("The address " + uri.getHost() + " " + e.getMessage()));
        }
    }

    private Future<HttpClientResponse> send(
            Destination destination, String url, WebhookEvent event, AtomicReference<HttpClientRequest> open) {
        long timestamp = Instant.now().getEpochSecond();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(url)
                .setServer(destination.server())
                .setFollowRedirects(false)
                .setIdleTimeout(timeoutMs);
        event.headers().forEach(options::putHeader);
        options.putHeader("user-agent", "Segwatch")
                .putHeader("webhook-id", event.id())
                .putHeader("webhook-timestamp", Long.toString(timestamp))
                .putHeader(
                        "webhook-signature", Signature.of(destination.secrets(), event.id(), timestamp, event.body()));
        return client.request(options).compose(request -> {
            open.set(request);
            return request.send(Buffer.buffer(event.body()));
        });
    }

    private AttemptResult result(HttpClientResponse response, HttpClientRequest request) {
        discard(response, request);
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return AttemptResult.DELIVERED;
        }
        if (status == 410) {
            return new AttemptResult(
                    AttemptResult.ResultKind.GONE,
                    "The receiver answered 410 Gone. Change the webhook to post to it again.",
                    0);
        }
        String reason = status >= 300 && status < 400
                ? "The receiver answered " + status + ", and redirects are not followed; give the final address"
                : "The receiver answered " + status;
        return new AttemptResult(
                AttemptResult.ResultKind.FAILED,
                reason,
                RetryAfter.parse(response.getHeader("Retry-After"), Instant.now()));
    }

    /** Nobody needs the answer's body, but it must be read for the connection to be used again. */
    private void discard(HttpClientResponse response, HttpClientRequest request) {
        long[] bytes = {0};
        long tooLong = vertx.setTimer(timeoutMs, timer -> request.reset());
        response.exceptionHandler(failure -> vertx.cancelTimer(tooLong));
        response.endHandler(ended -> vertx.cancelTimer(tooLong));
        response.handler(part -> {
            bytes[0] += part.length();
            if (bytes[0] > MAX_ANSWER_BYTES) {
                request.reset();
            }
        });
    }

    private AttemptResult result(Throwable failure) {
        if (failure instanceof NotSent notSent) {
            return notSent.result;
        }
        if (failure instanceof TimeoutException) {
            return AttemptResult.failed("The receiver did not answer within " + timeoutMs + " ms");
        }
        String text = String.valueOf(failure.getMessage());
        return AttemptResult.failed("The receiver cannot be reached: "
                + (text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…"));
    }

    @Override
    public void close() {
        client.close();
        lookups.close();
    }
}
