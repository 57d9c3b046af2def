package io.segwatch.ingest.deal;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals slots in a consumer group instead of partitions, of which its members get none. Kafka's consumer makes it and
 * calls it, on the consumer's thread.
 */
public final class SlotAssignor implements ConsumerPartitionAssignor, Configurable {
    /** The consumer's setting that holds the {@link Group}. */
    static final String GROUP = "segwatch.deal";

    private static final Logger log = LoggerFactory.getLogger(SlotAssignor.class);

    /** What a member's assignor works for. */
    interface Group {
        Claim claim();

        void granted(Grant grant, int generation);

        /** By slot. */
        int[] cameras();

        /** This member has dealt; each member's claim is what it got. */
        void led(Map<String, Claim> members);
    }

    private Group group;

    @Override
    public void configure(Map<String, ?> configs) {
        group = (Group) configs.get(GROUP);
    }

    @Override
    public String name() {
        return "segwatch-slots";
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return group.claim().encode();
    }

    @Override
    public GroupAssignment assign(Cluster cluster, GroupSubscription subscriptions) {
        Map<String, Claim> claims = new HashMap<>();
        subscriptions.groupSubscription().forEach((member, subscription) -> {
            try {
                claims.put(member, Claim.decode(subscription.userData()));
            } catch (IllegalArgumentException e) {
                log.warn("{} in the group of ingest is not understood and gets no cameras: {}", member, e.getMessage());
            }
        });
        long epoch = claims.values().stream().mapToLong(Claim::epoch).max().orElse(0);
        Map<String, BitSet> now = Dealing.now(Dealing.deal(claims, group.cameras()), claims);
        Map<String, Assignment> assignments = new HashMap<>();
        subscriptions.groupSubscription().keySet().forEach(member -> {
            BitSet slots = now.getOrDefault(member, new BitSet());
            assignments.put(member, new Assignment(List.of(), new Grant(epoch, slots).encode()));
        });
        claims.replaceAll((member, claim) -> claim.with(now.get(member)));
        group.led(claims);
        log.info("The cameras are shared by {} ingest processes", claims.size());
        return new GroupAssignment(assignments);
    }

    @Override
    public void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
        try {
            group.granted(Grant.decode(assignment.userData()), metadata.generationId());
        } catch (IllegalArgumentException e) {
            log.error("What this process was dealt is not understood, so it grabs nothing: {}", e.getMessage());
            group.granted(new Grant(0, new BitSet()), metadata.generationId());
        }
    }
}
