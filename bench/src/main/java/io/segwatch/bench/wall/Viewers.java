package io.segwatch.bench.wall;

import io.segwatch.bench.demo.HeadlessPage;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Viewers of one camera, each with a connection of its own, in this process. */
final class Viewers implements AutoCloseable {
    private static final long OLDEST_MS = 3_600_000;

    /**
     * How old frames were when they came.
     *
     * @param frames that came, to all viewers together
     */
    record Ages(long p95Ms, long frames) {}

    private final URI page;
    private final String camera;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<HeadlessPage> open = new ArrayList<>();
    private Histogram ages = new Histogram(OLDEST_MS, 3);

    Viewers(URI page, String camera) {
        this.page = page;
        this.camera = camera;
    }

    void open(int more) {
        for (int i = 0; i < more; i++) {
            open.add(HeadlessPage.open(client, page, camera, (capturedAtMs, observed) -> shown(capturedAtMs)));
        }
    }

    private synchronized void shown(long capturedAtMs) {
        ages.recordValue(Math.max(0, Math.min(OLDEST_MS, System.currentTimeMillis() - capturedAtMs)));
    }

    Ages watch(Duration duration) throws InterruptedException {
        synchronized (this) {
            ages = new Histogram(OLDEST_MS, 3);
        }
        Thread.sleep(duration.toMillis());
        synchronized (this) {
            return new Ages(ages.getValueAtPercentile(95), ages.getTotalCount());
        }
    }

    @Override
    public void close() {
        open.forEach(HeadlessPage::close);
    }
}
