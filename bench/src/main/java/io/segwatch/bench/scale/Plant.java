package io.segwatch.bench.scale;

/**
 * What there is to do the work.
 *
 * @param ingestCores for all cameras together
 * @param workers inference processes, which share the partitions as consumers of one group do
 * @param topologyThreads which share them, too
 * @param brokerBytesASecond that a broker takes, copies of others' records included
 */
record Plant(
        int cameras,
        int partitions,
        int ingestCores,
        int workers,
        int topologyThreads,
        int brokers,
        double brokerBytesASecond) {

    /** As many of each as the mean load fills to {@code load}, 0..1; one of each at least. */
    static Plant of(Sizing sizing, int cameras) {
        return new Plant(
                cameras,
                sizing.partitions(),
                sizing.ingestCores(),
                sizing.workers(),
                sizing.topologyCores(),
                sizing.brokers(),
                Sizing.BROKER_BYTES_A_SECOND);
    }

    Plant withWorkers(int others) {
        return new Plant(cameras, partitions, ingestCores, others, topologyThreads, brokers, brokerBytesASecond);
    }

    /** Of each record. */
    int copies() {
        return Math.min(Sizing.COPIES, brokers);
    }

    /** Who of {@code consumers} has a partition: ranges of neighbours, as Kafka deals them. */
    int ownerOf(int partition, int consumers) {
        return (int) ((long) partition * Math.min(consumers, partitions) / partitions);
    }
}
