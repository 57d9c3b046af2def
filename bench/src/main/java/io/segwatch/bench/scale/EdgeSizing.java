package io.segwatch.bench.scale;

/**
 * Ingest, inference and topology beside the cameras, each box with a broker of its own; to one place go alerts with
 * their pictures and videos, and the areas of minutes.
 *
 * @param bytesASecond that go to the one place
 * @param readerCores that take them there: delivery, dashboards, databases
 */
record EdgeSizing(
        int cameras, int boxes, int partitions, int brokers, int readerCores, double bytesASecond, double diskBytes) {
    private static final double DAY = 86_400;
    /** Minutes and hours of areas, and 20 alerts with evidence and video: docs/storage.md. */
    private static final double FACT_BYTES_A_DAY = 1.02e6 + 20 * (1_200 + 100_000 + 450_000);

    private static final double READ_BYTES_A_CORE = 20e6;
    private static final int PARTITIONS_A_BROKER = 8;

    static EdgeSizing of(int cameras, Costs costs, int keptDays) {
        int boxes = (int) Math.ceil(cameras * costs.fps() / costs.workerFps() / Sizing.FILL);
        double bytes = cameras * FACT_BYTES_A_DAY / DAY;
        int brokers = Math.max(cameras > Sizing.ONE_BROKER ? Sizing.COPIES : 1, (int)
                Math.ceil(bytes * Sizing.COPIES / Sizing.BROKER_BYTES_A_SECOND / Sizing.FILL));
        int readers = Math.max(1, (int) Math.ceil(bytes / READ_BYTES_A_CORE / Sizing.FILL));
        double disk = cameras * FACT_BYTES_A_DAY * keptDays * Math.min(Sizing.COPIES, brokers);
        return new EdgeSizing(cameras, boxes, PARTITIONS_A_BROKER * brokers, brokers, readers, bytes, disk);
    }

    /** For a month: a box costs as its cores do, and half as much again for a box each. */
    double month(Prices prices, int workerCores, int brokerCores, double seconds) {
        return 1.5 * boxes * workerCores * prices.core()
                + (readerCores + brokers * brokerCores) * prices.core()
                + diskBytes / 1e9 * prices.diskGb()
                + bytesASecond * seconds / 1e9 * prices.trafficGb();
    }
}
