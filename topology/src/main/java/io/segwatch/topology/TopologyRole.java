package io.segwatch.topology;

import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.kafka.ConsumerLag;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.RecordLag;
import io.segwatch.kafka.Table;
import io.segwatch.role.Role;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns observations into areas, alerts and calibrations, exactly once. */
public final class TopologyRole implements Role {
    private static final Logger log = LoggerFactory.getLogger(TopologyRole.class);
    static final String NAME = "topology";
    private static final String CAMERAS = "cameras/";
    private static final Duration DEFINITIONS_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);

    private static final Duration FAILURE_MEMORY = Duration.ofMinutes(1);
    private static final int MAX_FAILURES = 5;

    private final Producer<String, byte[]> producer;
    private final Table<Camera> cameras;
    private final Table<Query> queries;
    private final Table<Rule> rules;
    private final Table<AcceptedBaseline> baselines;
    private final Table<Erasure> erasures;
    private final KafkaStreams streams;
    private final CurrentState state;
    private final RecordLag lag;
    private final ConsumerLag consumerLag;
    private int failures;
    private long failedAt;
    private volatile DefinitionSnapshot definitions = DefinitionSnapshot.EMPTY;
    /** Why the role has ended; null while another attempt may help. */
    private volatile String fatal;

    private TopologyRole(Kafka kafka, TopologyConfig config) {
        this.producer = kafka.producer(NAME);
        DeadLetters deadLetters = new DeadLetters(producer, NAME);
        this.cameras = new Table<>(kafka, Topic.CAMERAS, NAME, deadLetters, (id, camera) -> refresh());
        this.queries = new Table<>(kafka, Topic.QUERIES, NAME, deadLetters, (id, query) -> refresh());
        this.rules = new Table<>(kafka, Topic.RULES, NAME, deadLetters, (id, rule) -> refresh());
        this.baselines = new Table<>(kafka, Topic.BASELINES, NAME, deadLetters, (id, baseline) -> refresh());
        this.erasures = new Table<>(kafka, Topic.ERASURES, NAME, deadLetters, (id, erasure) -> refresh());
        CameraProcessor.Options options = config.options();
        this.lag = new RecordLag(config.maxLag());
        this.streams = new KafkaStreams(
                StreamTopology.build(
                        options, () -> definitions, lag, EventKinds.of(config), new ShareGauges(config.shareSeries())),
                StreamSettings.of(kafka, config));
        this.consumerLag = ConsumerLag.show(NAME, streams::metrics);
        streams.setUncaughtExceptionHandler(this::failed);
        this.state = new CurrentState(streams, options, config.self());
    }

    /**
     * Starts once all definitions have been read, so that no alert closes because its rule has not been seen yet.
     *
     * @throws IllegalStateException when they cannot be read within 30 s
     */
    public static TopologyRole start(Kafka kafka, TopologyConfig config) throws InterruptedException {
        try {
            return start(kafka, config, false);
        } catch (ProcessorStateException e) {
            // A process that was killed while it made or dropped a store leaves half of it, and would never start
            // again.
            log.warn("The local state in {} cannot be opened; it is restored from Kafka", config.stateDir(), e);
            return start(kafka, config, true);
        }
    }

    private static TopologyRole start(Kafka kafka, TopologyConfig config, boolean restore) throws InterruptedException {
        TopologyRole role = new TopologyRole(kafka, config);
        try {
            role.awaitDefinitions(kafka);
            if (config.groupProtocol().equals("streams")) {
                GroupSettings.standbyReplicas(kafka, config.standbyReplicas());
            }
            if (restore) {
                role.streams.cleanUp();
            }
            role.streams.start();
            return role;
        } catch (InterruptedException | RuntimeException e) {
            role.close();
            throw e;
        }
    }

    /** A failure that repeats is none that passes: the process should be restarted, and a person find the reason. */
    private synchronized StreamThreadExceptionResponse failed(Throwable e) {
        FatalErrors.endIfFatal(e);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnreadableStateException) {
                fatal = cause.getMessage();
                log.error("The role ends: {}", fatal);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        }
        long now = System.nanoTime();
        failures = now - failedAt > FAILURE_MEMORY.toNanos() ? 1 : failures + 1;
        failedAt = now;
        if (failures > MAX_FAILURES) {
            log.error("A stream thread has failed for the {}th time; the role ends", failures, e);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        log.error("A stream thread has failed; another takes its place", e);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private void awaitDefinitions(Kafka kafka) throws InterruptedException {
        tables().forEach(Table::start);
        for (Table<?> table : tables().toList()) {
            if (!table.awaitCaughtUp(DEFINITIONS_TIMEOUT)) {
                throw new IllegalStateException("The definitions could not be read from " + kafka.bootstrapServers()
                        + " within " + DEFINITIONS_TIMEOUT.toSeconds() + " s. Check that the broker runs.");
            }
        }
        refresh();
    }

    private synchronized void refresh() {
        if (tables().allMatch(Table::isCaughtUp)) {
            definitions = new DefinitionSnapshot(
                    cameras.snapshot(),
                    queries.snapshot(),
                    rules.snapshot(),
                    baselines.snapshot(),
                    erasures.snapshot().values().stream()
                            .collect(Collectors.toMap(Erasure::getCamera, Erasure::getBeforeMs)));
        }
    }

    private Stream<Table<?>> tables() {
        return Stream.of(cameras, queries, rules, baselines, erasures);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> notReady() {
        if (fatal != null) {
            return Optional.of(fatal);
        }
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("Kafka Streams is " + state + "; areas and alerts wait until it is RUNNING");
    }

    @Override
    public Optional<String> degraded() {
        return lag.behind();
    }

    /** {@code cameras/ID}: what is open on a camera now, here or in the process that has it. */
    @Override
    public Optional<Role.Response> get(String path) {
        return path.startsWith(CAMERAS) ? Optional.of(state.of(path.substring(CAMERAS.length()))) : Optional.empty();
    }

    @Override
    public boolean alive() {
        return tables().allMatch(Table::alive)
                && !streams.state().hasCompletedShutdown()
                && streams.state() != KafkaStreams.State.PENDING_ERROR;
    }

    @Override
    public void close() {
        // Once it has left the group, another process, or this one after a restart, gets the partitions at once.
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_TIMEOUT));
        consumerLag.close();
        tables().forEach(Table::close);
        producer.close(Duration.ofSeconds(1));
    }
}
