package io.segwatch.dashboard.live;

import io.segwatch.failure.FatalErrors;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes smaller pictures, each once for all who want its size, on a few threads of its own. Of each camera at most one
 * frame waits: a newer one takes its place and its viewers. Cameras take turns. Threadsafe.
 */
final class PictureScaler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PictureScaler.class);
    private static final int MAX_THREADS = 4;

    private record Job(LivePicture picture, Map<Viewing, PictureSize> viewers) {}

    private final ExecutorService threads;
    /** In the order in which cameras began to wait. */
    private final Map<String, Job> waiting = new LinkedHashMap<>();
    /** Cameras at work, so that their pictures stay in order. */
    private final Set<String> working = new HashSet<>();

    PictureScaler() {
        int count = Math.max(1, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors() / 2));
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "dashboard-pictures-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Offers each of these viewers the picture in its size, soon, or a newer one. */
    void scale(LivePicture picture, Map<Viewing, PictureSize> viewers) {
        boolean waits;
        synchronized (this) {
            Job before = waiting.get(picture.camera());
            Map<Viewing, PictureSize> all = new HashMap<>(before == null ? Map.of() : before.viewers);
            all.putAll(viewers);
            waiting.put(picture.camera(), new Job(picture, all));
            waits = before != null;
        }
        if (waits) {
            DashboardMetrics.FRAMES_SKIPPED.inc();
        } else if (!threads.isShutdown()) {
            threads.execute(FatalErrors.guarded(this::workNext));
        }
    }

    private void workNext() {
        take().ifPresent(job -> {
            try {
                work(job);
            } catch (IOException | RuntimeException e) {
                log.warn("A picture of {} could not be made smaller: {}", job.picture.camera(), e.toString());
            } finally {
                done(job.picture.camera());
            }
        });
    }

    private synchronized Optional<Job> take() {
        Iterator<Job> jobs = waiting.values().iterator();
        while (jobs.hasNext()) {
            Job job = jobs.next();
            if (working.add(job.picture.camera())) {
                jobs.remove();
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    /** What has come of this camera meanwhile may have found no thread that could take it. */
    private synchronized void done(String camera) {
        working.remove(camera);
        if (waiting.containsKey(camera) && !threads.isShutdown()) {
            threads.execute(FatalErrors.guarded(this::workNext));
        }
    }

    private static void work(Job job) throws IOException {
        int widest =
                job.viewers.values().stream().mapToInt(PictureSize::width).max().orElse(1);
        Map<PictureSize, PictureMessage> made = new HashMap<>();
        try (SmallerPicture picture = new SmallerPicture(job.picture.source(), widest)) {
            for (Map.Entry<Viewing, PictureSize> viewer : job.viewers.entrySet()) {
                PictureSize size = viewer.getValue();
                PictureMessage message = made.get(size);
                if (message == null) {
                    message = PictureMessage.smaller(job.picture, picture.encode(size), size.width());
                    made.put(size, message);
                }
                viewer.getKey().offer(message);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
