package io.segwatch.ingest.deal;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Camera;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as one of those that share the cameras: which are its own at this moment. Threadsafe. */
public final class CameraDeal implements AutoCloseable {
    /** The consumer group of all processes that share. */
    public static final String GROUP = "segwatch-ingest";

    private static final Logger log = LoggerFactory.getLogger(CameraDeal.class);
    /** What a Kafka that nothing was set at allows at least. */
    private static final Duration KAFKAS_LEAST = Duration.ofSeconds(6);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final TopicPartition CONFIRMED_ON = new TopicPartition(Topic.CAMERAS.topicName(), 0);

    /**
     * What the others are told of this process.
     *
     * @param capacity cameras that it grabs at most
     * @param files whether it may read files, {@code devices} whether it may open devices
     */
    public record Member(int capacity, boolean files, boolean devices) {}

    private final Kafka kafka;
    private final Member member;
    private final Supplier<Map<String, Camera>> cameras;
    private final AtomicLong epoch;
    private final Runnable changed;

    private volatile Duration session;
    private volatile Holding holding;
    private volatile ConsumerThread thread;
    private boolean closed;

    private CameraDeal(
            Kafka kafka,
            Duration session,
            Member member,
            Supplier<Map<String, Camera>> cameras,
            AtomicLong epoch,
            Runnable changed) {
        this.kafka = kafka;
        this.session = session;
        this.member = member;
        this.cameras = cameras;
        this.epoch = epoch;
        this.changed = changed;
    }

    /**
     * Joins the group.
     *
     * @param session after which a process that is silent is out of it, 2 s or more
     * @param cameras all that are defined, by id; called on any thread
     * @param epoch the newest that this process has given a connection; raised to what others have
     * @param changed called on any thread when another set of cameras is this process's own; must not block
     */
    public static CameraDeal join(
            Kafka kafka,
            Duration session,
            Member member,
            Supplier<Map<String, Camera>> cameras,
            AtomicLong epoch,
            Runnable changed) {
        CameraDeal deal = new CameraDeal(kafka, session, member, cameras, epoch, changed);
        deal.join();
        return deal;
    }

    private synchronized void join() {
        // What is left of the session is for the threads that stop when the lease is over.
        holding = new Holding(session.multipliedBy(5).dividedBy(6), epoch, changed, System::nanoTime);
        Reading reading = new Reading(holding);
        KafkaConsumer<String, byte[]> consumer = kafka.consumer(
                "segwatch-ingest-deal",
                GROUP,
                Map.of(
                        "partition.assignment.strategy",
                        SlotAssignor.class.getName(),
                        SlotAssignor.GROUP,
                        reading,
                        "session.timeout.ms",
                        Long.toString(session.toMillis()),
                        "heartbeat.interval.ms",
                        Long.toString(session.toMillis() / 10),
                        // How long others wait for one that hangs before they share the cameras without it.
                        "max.poll.interval.ms",
                        Long.toString(session.toMillis() * 2),
                        "request.timeout.ms",
                        Long.toString(session.toMillis()),
                        "retry.backoff.max.ms",
                        "300",
                        "reconnect.backoff.max.ms",
                        "300"));
        reading.consumer = consumer;
        thread = new ConsumerThread("ingest-deal", consumer, reading).start();
    }

    /** Whether the camera is this process's own at this moment. Never blocks. */
    public boolean owns(Camera camera, String id) {
        return holding.has(Slots.of(camera, id));
    }

    /** False when none is, because the group has not answered for too long. Never blocks. */
    public boolean leased() {
        return holding.leased();
    }

    /** Of what {@link #owns} answers; to be read before it. */
    public long version() {
        return holding.version();
    }

    /** Nothing that {@link #owns} denied at this version is grabbed any more, so that another may begin. */
    public void released(long version) {
        holding.released(version);
    }

    /** Why this process has no cameras yet; empty once it was dealt some, or none. */
    public Optional<String> notReady() {
        return holding.dealt()
                ? thread.refusal()
                : Optional.of(thread.refusal()
                        .orElse("The group of ingest processes, which shares the cameras, has not let this one"
                                + " in yet."));
    }

    /** False when this process can get no cameras any more. Mends what can be mended; to be called often. */
    public synchronized boolean alive() {
        Optional<Throwable> failure = thread.failure();
        if (failure.filter(InvalidSessionTimeoutException.class::isInstance).isPresent()
                && session.compareTo(KAFKAS_LEAST) < 0
                && !closed) {
            log.warn(
                    "Kafka allows no segwatch.ingest.session-timeout of {} ms: a process that is gone is noticed after"
                            + " {} s. Set group.min.session.timeout.ms of the brokers to it.",
                    session.toMillis(),
                    KAFKAS_LEAST.toSeconds());
            session = KAFKAS_LEAST;
            thread.close();
            join();
            return true;
        }
        return failure.isEmpty();
    }

    /** Leaves the group: others go on with the cameras at once, so none may be grabbed any more. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.close();
    }

    private final class Reading implements ConsumerThread.Reader, SlotAssignor.Group {
        private final Holding mine;
        private KafkaConsumer<String, byte[]> consumer;
        private long lastSent = System.nanoTime();
        private long lastLook = lastSent;
        private boolean sending;
        /** What all have, where this process has dealt last; else null. */
        private Map<String, Claim> members;

        private Map<String, Claim> dealing;

        Reading(Holding mine) {
            this.mine = mine;
        }

        @Override
        public void begin() {
            consumer.subscribe(List.of(Topic.CAMERAS.topicName()));
        }

        @Override
        public void step() {
            consumer.poll(POLL);
            long now = System.nanoTime();
            mine.leased();
            if (mine.takeRejoin()) {
                consumer.enforceRebalance("what this process holds has changed");
            } else if (members != null && now - lastLook > LOOK_EVERY.toNanos()) {
                lastLook = now;
                if (Dealing.uneven(members, cameras())) {
                    consumer.enforceRebalance("cameras have come or gone");
                }
            }
            if (mine.dealt() && !sending && now - lastSent > session.toNanos() / 8) {
                confirm(now);
            }
        }

        /** A commit is taken from members only, and keeps the session. */
        private void confirm(long now) {
            lastSent = now;
            sending = true;
            consumer.commitAsync(Map.of(CONFIRMED_ON, new OffsetAndMetadata(0)), (offsets, failure) -> {
                sending = false;
                if (failure == null) {
                    mine.confirmed(now);
                } else if (!(failure instanceof RetriableException)
                        && !(failure instanceof RebalanceInProgressException)) {
                    log.info("This process is not in the group that shares the cameras: {}", failure.toString());
                    mine.expelled();
                }
            });
        }

        @Override
        public Claim claim() {
            return mine.claim(member);
        }

        @Override
        public void granted(Grant grant, int generation) {
            members = dealing;
            dealing = null;
            // The lease begins with a commit, at once.
            lastSent = System.nanoTime() - session.toNanos();
            mine.granted(grant, generation);
        }

        @Override
        public int[] cameras() {
            int[] bySlot = new int[Slots.ALL];
            cameras.get().forEach((id, camera) -> bySlot[Slots.of(camera, id)] += camera.getDisabled() ? 0 : 1);
            return bySlot;
        }

        @Override
        public void led(Map<String, Claim> group) {
            dealing = group;
        }
    }
}
