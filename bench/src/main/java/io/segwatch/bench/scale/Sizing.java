package io.segwatch.bench.scale;

/**
 * What a number of cameras needs, so that no resource is fuller in the mean than {@link #FILL}; all in one cluster,
 * with three copies of each record beyond one machine.
 */
record Sizing(
        int cameras,
        int partitions,
        int brokers,
        int ingestCores,
        int workers,
        int topologyCores,
        double bytesASecond,
        double diskBytes) {
    /** Cameras lie unevenly on partitions, and load comes in waves. */
    static final double FILL = 0.6;

    static final int COPIES = 3;

    /**
     * What a broker takes a second, copies of others' records included: an assumption, below what brokers of 8 cores
     * with local disks are measured at by their makers, for what comes in also goes out to followers and readers.
     */
    static final double BROKER_BYTES_A_SECOND = 100e6;

    private static final double DAY = 86_400;
    /** Cameras of one machine, whose broker is the embedded one. */
    static final int ONE_BROKER = 16;

    private static final double FRAME_SECONDS = 300;
    private static final int LEAST_PARTITIONS = 4;
    /** A partition of frames holds no more cameras than a worker can have. */
    private static final double PARTITIONS_A_WORKER = 4;

    /** @param keptDays that the longest-kept of a camera's day stays */
    static Sizing of(int cameras, Costs costs, int keptDays) {
        double frames = cameras * costs.fps();
        double bytes = frames * costs.frameBytes() + cameras * costs.keptBytesADay() / DAY;
        int workers = need(frames / costs.workerFps());
        int brokers = cameras > ONE_BROKER ? Math.max(COPIES, need(bytes * COPIES / BROKER_BYTES_A_SECOND)) : 1;
        double kept = bytes * FRAME_SECONDS + cameras * costs.keptBytesADay() * keptDays;
        return new Sizing(
                cameras,
                Math.max(LEAST_PARTITIONS, (int) (PARTITIONS_A_WORKER * workers)),
                brokers,
                need(frames * costs.ingestMs() / 1_000),
                workers,
                need(frames * costs.topologyMs() / 1_000),
                bytes,
                kept * Math.min(COPIES, brokers));
    }

    private static int need(double full) {
        return Math.max(1, (int) Math.ceil(full / FILL));
    }

    /**
     * For a month.
     *
     * @param gpu whether a worker has one beside its cores
     * @param brokerCores of a broker
     */
    double month(Prices prices, boolean gpu, int workerCores, int brokerCores) {
        double worker = (gpu ? prices.gpu() : 0) + workerCores * prices.core();
        return workers * worker
                + (ingestCores + topologyCores + brokers * brokerCores) * prices.core()
                + diskBytes / 1e9 * prices.diskGb();
    }
}
