package io.segwatch.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** How many bytes partitions take on the disks of the brokers. */
final class LogDirs {
    private static final StoredTopics.Disk UNKNOWN_DISK = new StoredTopics.Disk(-1, -1);

    private final boolean known;
    private final StoredTopics.Disk disk;
    private final Map<TopicPartition, Long> largest = new HashMap<>();
    private final Map<TopicPartition, Long> all = new HashMap<>();

    private LogDirs(boolean known, StoredTopics.Disk disk) {
        this.known = known;
        this.disk = disk;
    }

    static LogDirs read(Admin admin, List<String> remarks) throws InterruptedException, TimeoutException {
        try {
            List<Integer> brokers = StoredTopics.get(admin.describeCluster().nodes()).stream()
                    .map(Node::id)
                    .toList();
            var told = StoredTopics.get(admin.describeLogDirs(brokers).allDescriptions());
            // Several folders of a broker on one disk say the same of it.
            long total = 0;
            long free = 0;
            for (Map<String, LogDirDescription> broker : told.values()) {
                total += broker.values().stream()
                        .map(LogDirs::room)
                        .distinct()
                        .mapToLong(StoredTopics.Disk::total)
                        .sum();
                free += broker.values().stream()
                        .map(LogDirs::room)
                        .distinct()
                        .mapToLong(StoredTopics.Disk::free)
                        .sum();
            }
            boolean tells = told.values().stream()
                    .flatMap(broker -> broker.values().stream())
                    .allMatch(folder -> folder.totalBytes().isPresent()
                            && folder.usableBytes().isPresent());
            LogDirs dirs = new LogDirs(true, tells ? new StoredTopics.Disk(total, free) : UNKNOWN_DISK);
            told.values().forEach(broker -> broker.values().forEach(dirs::add));
            return dirs;
        } catch (ExecutionException e) {
            remarks.add("How many bytes topics take, and how large the disk is, is not shown, for Kafka does not tell ("
                    + StoredTopics.cause(e) + "). It takes the right Describe on the cluster.");
            return new LogDirs(false, UNKNOWN_DISK);
        }
    }

    private static StoredTopics.Disk room(LogDirDescription folder) {
        return new StoredTopics.Disk(
                folder.totalBytes().orElse(-1), folder.usableBytes().orElse(-1));
    }

    private void add(LogDirDescription folder) {
        folder.replicaInfos().forEach((partition, replica) -> add(partition, replica));
    }

    private void add(TopicPartition partition, ReplicaInfo replica) {
        all.merge(partition, replica.size(), Long::sum);
        // One that is being moved is there twice for a while.
        if (!replica.isFuture()) {
            largest.merge(partition, replica.size(), Math::max);
        }
    }

    StoredTopics.Disk disk() {
        return disk;
    }

    long oneCopy(TopicPartition partition) {
        return known ? largest.getOrDefault(partition, 0L) : -1;
    }

    long allCopies(TopicPartition partition) {
        return known ? all.getOrDefault(partition, 0L) : -1;
    }
}
