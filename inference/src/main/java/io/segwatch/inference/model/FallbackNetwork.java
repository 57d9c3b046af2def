package io.segwatch.inference.model;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A chosen network, and the one that takes its place for good once it fails. Threadsafe. */
final class FallbackNetwork implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FallbackNetwork.class);

    private final NetworkChoice chosen;
    private final NetworkChoice fallback;
    private volatile NetworkChoice running;

    /** Both are closed with it; they may be the same. */
    FallbackNetwork(NetworkChoice chosen, NetworkChoice fallback) {
        this.chosen = chosen;
        this.fallback = fallback;
        this.running = chosen;
    }

    /** What runs now. */
    NetworkChoice running() {
        return running;
    }

    /**
     * Encodes {@code count} pictures from picture {@code from} on; what fails in the chosen network is encoded by the
     * other.
     *
     * @throws DeviceMemory.ExhaustedException when fewer may go well
     */
    void run(ImageBatch batch, int from, int count) {
        NetworkChoice now = running;
        try {
            batch.run(now.network(), from, count);
        } catch (ModelException e) {
            if (now.network() == fallback.network()) {
                throw e;
            }
            log.warn("{} goes on in place of {}: {}", fallback.provider(), now.provider(), e.getMessage());
            running = new NetworkChoice(fallback.network(), fallback.provider(), e.getMessage());
            batch.run(fallback.network(), from, count);
        }
    }

    @Override
    public void close() {
        if (chosen.network() != fallback.network()) {
            chosen.network().close();
        }
        fallback.network().close();
    }
}
