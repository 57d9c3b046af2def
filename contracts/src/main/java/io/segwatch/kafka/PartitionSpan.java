package io.segwatch.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * From when to when a partition's records are.
 *
 * @param oldestMs 0 for nothing
 * @param newestMs 0 for nothing
 * @param lastDay records of the last 24 hours
 */
record PartitionSpan(long records, long oldestMs, long newestMs, long lastDay) {
    static final PartitionSpan UNKNOWN = new PartitionSpan(0, 0, 0, 0);
    private static final Duration DAY = Duration.ofDays(1);
    private static final ListOffsetsResultInfo NOTHING = new ListOffsetsResultInfo(-1, -1, Optional.empty());

    /** Those that Kafka does not tell are left out, with a remark. */
    static Map<TopicPartition, PartitionSpan> read(
            Admin admin, Collection<TopicPartition> partitions, long now, List<String> remarks)
            throws InterruptedException, TimeoutException {
        List<ListOffsetsResult> answers = new ArrayList<>();
        for (OffsetSpec spec : List.of(
                OffsetSpec.earliest(),
                OffsetSpec.latest(),
                OffsetSpec.forTimestamp(0),
                OffsetSpec.forTimestamp(now - DAY.toMillis()),
                OffsetSpec.maxTimestamp())) {
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            partitions.forEach(partition -> asked.put(partition, spec));
            answers.add(admin.listOffsets(asked));
        }
        Map<TopicPartition, PartitionSpan> spans = new HashMap<>();
        String refusal = "";
        for (TopicPartition partition : partitions) {
            try {
                spans.put(partition, span(answers, partition));
            } catch (ExecutionException e) {
                refusal = partition.topic() + ": " + StoredTopics.cause(e);
            }
        }
        if (!refusal.isEmpty()) {
            remarks.add("From when to when records are is not known of all topics, for Kafka does not tell (" + refusal
                    + ").");
        }
        return spans;
    }

    private static PartitionSpan span(List<ListOffsetsResult> answers, TopicPartition partition)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<ListOffsetsResultInfo> told = new ArrayList<>();
        for (ListOffsetsResult answer : answers) {
            ListOffsetsResultInfo info = StoredTopics.get(answer.partitionResult(partition));
            told.add(info == null ? NOTHING : info);
        }
        long end = told.get(1).offset();
        long dayAgo = told.get(3).offset();
        return new PartitionSpan(
                Math.max(0, end - told.get(0).offset()),
                Math.max(0, told.get(2).timestamp()),
                Math.max(0, told.get(4).timestamp()),
                dayAgo < 0 ? 0 : Math.max(0, end - dayAgo));
    }
}
