package io.segwatch.ingest;

/** Pictures a second of a stream, by the times of its last packets in whichever order they come. For one thread. */
final class PacketRate {
    private static final int LAST = 32;

    private final long[] times = new long[LAST];
    private int count;

    /** @param micros on the stream's clock */
    void add(long micros) {
        times[count++ % LAST] = micros;
    }

    /** 0 while too few have come. */
    double perSecond() {
        if (count < LAST) {
            return 0;
        }
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (long time : times) {
            first = Math.min(first, time);
            last = Math.max(last, time);
        }
        return (LAST - 1) * 1e6 / Math.max(1, last - first);
    }
}
