package io.segwatch.dashboard.tls;

import io.prometheus.client.Gauge;
import io.segwatch.tls.SeenCertificate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of this process's servers. Looks at its files now and then and gives servers what has changed; a pair
 * that cannot be used is told in log, metric and status, and the one before it goes on. Threadsafe.
 */
public final class ServerTls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerTls.class);
    private static final Gauge expiry = Gauge.build(
                    "segwatch_tls_certificate_expiry_timestamp_seconds",
                    "When the certificate of this process's HTTPS ends, seconds since 1970.")
            .register();
    private static final Gauge refused = Gauge.build(
                    "segwatch_tls_certificate_refused",
                    "1 while the files hold a certificate or key that cannot be used and the one before goes on.")
            .register();
    private static final int UPDATE_SECONDS = 30;

    private final TlsConfig config;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "certificate"));
    private volatile KeyPair pair;
    private volatile String problem = "";

    private ServerTls(TlsConfig config, KeyPair pair) {
        this.config = config;
        take(pair);
    }

    /**
     * Reads the certificate, or makes one, where HTTPS is on.
     *
     * @param folder of a certificate that is made here
     * @param names by which this process may be called, for a certificate that is made here
     * @throws IllegalArgumentException when the files cannot be used, naming key and remedy
     */
    public static Optional<ServerTls> start(TlsConfig config, Path folder, List<String> names) {
        if (!config.enabled()) {
            return Optional.empty();
        }
        if (config.selfSigned()) {
            return Optional.of(new ServerTls(config, new OwnCertificate(folder).keptOrMade(names)));
        }
        ServerTls tls = new ServerTls(config, KeyPair.read(config));
        long every = config.checkEvery().toMillis();
        tls.thread.scheduleWithFixedDelay(tls::look, every, every, TimeUnit.MILLISECONDS);
        return Optional.of(tls);
    }

    /** Makes a server speak TLS 1.2 and 1.3, and answer plain HTTP with a sentence. */
    public void secure(HttpServerOptions options) {
        options.setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(KeyCertOptions.wrap(pair.manager()))
                .setSslEngineOptions(new PlainAnswer.Engine());
    }

    /** Gives this server every further certificate; it must listen. */
    public void follow(HttpServer server) {
        servers.add(server);
    }

    /** What is shown to those who connect. */
    public SeenCertificate certificate() {
        return SeenCertificate.of(pair.chain()[0]);
    }

    /** Whether it was made here, so that browsers warn and people compare its fingerprint. */
    public boolean selfSigned() {
        return config.selfSigned();
    }

    /** Why what the files hold now is not used; empty when it is. */
    public Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    private void take(KeyPair next) {
        pair = next;
        expiry.set(next.chain()[0].getNotAfter().getTime() / 1e3);
        refused.set(0);
        problem = "";
    }

    private void look() {
        try {
            if (KeyPair.hash(config) == pair.hash()) {
                if (!problem.isEmpty()) {
                    log.info("The files hold the certificate that is in use again");
                    take(pair);
                }
                return;
            }
            KeyPair next = KeyPair.read(config);
            update(next);
            take(next);
            log.info("A new certificate is in use: {}", certificate());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | ExecutionException | TimeoutException e) {
            refuse(e instanceof IllegalArgumentException ? e.getMessage() : "The new certificate cannot be used: " + e);
        }
    }

    private void update(KeyPair next) throws InterruptedException, ExecutionException, TimeoutException {
        ServerSSLOptions options = new ServerSSLOptions().setKeyCertOptions(KeyCertOptions.wrap(next.manager()));
        List<Future<Boolean>> updates = new ArrayList<>();
        servers.forEach(server -> updates.add(server.updateSSLOptions(options)));
        Future.all(updates).toCompletionStage().toCompletableFuture().get(UPDATE_SECONDS, TimeUnit.SECONDS);
    }

    private void refuse(String why) {
        String sentence = why + " The certificate before, which is valid until "
                + certificate().notAfter() + ", goes on.";
        if (!sentence.equals(problem)) {
            log.error("{}", sentence);
        }
        problem = sentence;
        refused.set(1);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
