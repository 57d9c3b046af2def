package io.segwatch.delivery;

import java.util.List;

/**
 * Records that a queue wants in memory now.
 *
 * @param queue name of the {@link RuleQueue}
 * @param records in the queue's order, of one or more partitions
 */
record ReadRequest(String queue, List<RecordRef> records) {}
