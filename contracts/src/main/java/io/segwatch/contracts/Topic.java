package io.segwatch.contracts;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.AccessRecord;
import io.segwatch.v1.Alert;
import io.segwatch.v1.AlertReview;
import io.segwatch.v1.Area;
import io.segwatch.v1.AuditEvent;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Clip;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Features;
import io.segwatch.v1.Frame;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.ModelRollout;
import io.segwatch.v1.Mute;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PushSubscription;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.SealedSecret;
import io.segwatch.v1.Thumbnail;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.WebhookStatus;
import io.segwatch.v1.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Every topic that Segwatch reads or writes, with its message, its size and what is kept of it.
 *
 * <p>Definitions, which people make, and states, which roles keep, are compacted and have one partition: each role
 * keeps them whole in memory ({@code io.segwatch.kafka.Table}). A definition is keyed by its id. Facts are keyed by
 * camera, so that all of a camera's records keep their order; the number of their partitions is fixed when they are
 * created and never grown, because a camera would move to another partition.
 *
 * @param <T> the message of the topic's values
 */
public final class Topic<T extends MessageLite> {
    public static final Topic<Camera> CAMERAS =
            definition("cameras", "camera", Camera.parser(), Camera::getId, Definitions::check);
    public static final Topic<Query> QUERIES =
            definition("queries", "query", Query.parser(), Query::getId, Definitions::check);
    public static final Topic<Rule> RULES = definition("rules", "rule", Rule.parser(), Rule::getId, Definitions::check);
    public static final Topic<AcceptedBaseline> BASELINES = definition(
            "baselines",
            "camera/query",
            AcceptedBaseline.parser(),
            baseline -> baseline.getCamera() + "/" + baseline.getQuery(),
            Definitions::check);
    /** Of which cameras all that was kept is to go: every reader passes over it. */
    public static final Topic<Erasure> ERASURES =
            definition("erasures", "camera", Erasure.parser(), Erasure::getCamera, Definitions::check);

    public static final Topic<Mute> MUTES =
            definition("mutes", "kind/id", Mute.parser(), Mute::getId, Definitions::check);
    public static final Topic<AlertReview> ALERT_REVIEWS =
            definition("alert-reviews", "alert", AlertReview.parser(), AlertReview::getAlert, Definitions::check);
    /** Browsers that are told of alerts. */
    public static final Topic<PushSubscription> PUSH_SUBSCRIPTIONS = definition(
            "push-subscriptions",
            "subscription",
            PushSubscription.parser(),
            PushSubscription::getId,
            PushSubscriptionChecks::check);

    public static final Topic<ModelRollout> MODEL_ROLLOUTS = definition(
            "model-rollouts", "rollout", ModelRollout.parser(), ModelRollout::getId, ModelRolloutChecks::check);

    public static final Topic<Webhook> WEBHOOKS =
            definition("webhooks", "webhook", Webhook.parser(), Webhook::getId, Definitions::check);
    /** Accounts, tokens and sessions of the dashboard: whoever may write it may do anything. */
    public static final Topic<AccessRecord> ACCESS = new Topic<>(
            "access", "kind/id", Kind.DEFINITION, AccessRecord.parser(), AccessKey::check, null, compacted());
    /** Encrypted. */
    public static final Topic<SealedSecret> SECRETS = definition(
            "secrets",
            "kind/id",
            SealedSecret.parser(),
            secret -> secret.getKind() + "/" + secret.getId(),
            Definitions::check);
    /** Keyed by camera, so that the worker that holds the camera's encodings answers. */
    public static final Topic<Prompt> PROMPTS =
            fact("prompts", "camera", Prompt.parser(), Duration.ofHours(1), 64 << 20);

    public static final Topic<Frame> FRAMES =
            fact("frames", "camera", Frame.parser(), Duration.ofMinutes(5), 256 << 20);
    public static final Topic<Observation> OBSERVATIONS =
            fact("observations", "camera", Observation.parser(), Duration.ofDays(2), 1 << 30);
    public static final Topic<InstanceMask> INSTANCE_MASKS =
            fact("instance-masks", "camera", InstanceMask.parser(), Duration.ofHours(6), 256 << 20);
    public static final Topic<Area> AREAS = fact("areas", "camera", Area.parser(), Duration.ofDays(7), 1 << 30);
    /** The windows of a minute that have closed: what longer spans are drawn from. */
    public static final Topic<Area> AREA_MINUTES =
            fact("area-minutes", "camera", Area.parser(), Duration.ofDays(14), 256 << 20);
    /** The windows of an hour that have closed. */
    public static final Topic<Area> AREA_HOURS =
            fact("area-hours", "camera", Area.parser(), Duration.ofDays(400), 128 << 20);

    public static final Topic<Alert> ALERTS = fact("alerts", "camera", Alert.parser(), Duration.ofDays(30), 1 << 30);
    /** As JSON, for programs without our schemas; empty unless {@code segwatch.topology.cloudevents} has them. */
    public static final Topic<Alert> ALERT_EVENTS = jsonFact("alert-events", Alert.parser(), 64 << 20);

    public static final Topic<Area> AREA_EVENTS = jsonFact("area-events", Area.parser(), 256 << 20);
    /** Frames of the alerts, as long as those. */
    public static final Topic<Evidence> EVIDENCE =
            fact("evidence", "camera", Evidence.parser(), Duration.ofDays(30), 1 << 30);
    /** Video of the alerts, as long as those. */
    public static final Topic<Clip> CLIPS = fact("clips", "camera", Clip.parser(), Duration.ofDays(30), 1 << 30);
    /** What words that nobody had typed yet are looked for in: a camera's day is 130 MB at most. */
    public static final Topic<Features> FEATURES =
            fact("features", "camera", Features.parser(), Duration.ofDays(14), 2L << 30);
    /** Beside the features, so that a search reads no pictures. */
    public static final Topic<Thumbnail> THUMBNAILS =
            fact("thumbnails", "camera", Thumbnail.parser(), Duration.ofDays(14), 2L << 30);

    /** Keyed by camera/zone/query; an empty zone is the whole frame. */
    public static final Topic<Calibration> CALIBRATIONS =
            state("calibrations", "camera/zone/query", Calibration.parser());

    public static final Topic<CameraStatus> CAMERA_STATUS = state("camera-status", "camera", CameraStatus.parser());
    public static final Topic<WorkerStatus> WORKER_STATUS = state("worker-status", "worker", WorkerStatus.parser());
    /** Keyed by webhook, so that one process does what is asked. */
    public static final Topic<WebhookReplay> WEBHOOK_REPLAYS =
            fact("webhook-replays", "webhook", WebhookReplay.parser(), Duration.ofDays(7), 16 << 20);

    public static final Topic<WebhookStatus> WEBHOOK_STATUS =
            state("webhook-status", "webhook/instance", WebhookStatus.parser());
    /** Who changed what; who came in, and who was refused. */
    public static final Topic<AuditEvent> AUDIT =
            fact("audit", "action", AuditEvent.parser(), Duration.ofDays(90), 256 << 20);
    /** Who looked at what. */
    public static final Topic<AuditEvent> LOOKS =
            fact("looks", "action", AuditEvent.parser(), Duration.ofDays(30), 256 << 20);

    public static final Topic<DeadLetter> DEAD_LETTER =
            fact("dead-letter", "topic", DeadLetter.parser(), Duration.ofDays(7), 256 << 20);

    /** Largest record of any topic, bytes: a frame's JPEG at the largest working size stays well under it. */
    public static final int MAX_RECORD_BYTES = 8 << 20;

    /** The setting of how long a compacted topic may keep what was replaced or deleted, as Kafka names it. */
    public static final String COMPACTION_LAG = "max.compaction.lag.ms";

    static final int SEGMENT_BYTES = 16 << 20;

    private enum Kind {
        DEFINITION,
        STATE,
        FACT,
        JSON_FACT
    }

    private interface Check<T> {
        List<Problem> problems(String key, T value);
    }

    private static final String PREFIX = "segwatch.";

    private final String name;
    private final String keyedBy;
    private final Kind kind;
    private final Check<T> check;
    private final Parser<T> parser;
    private final Retention retention;
    private final Map<String, String> config;

    private Topic(
            String name,
            String keyedBy,
            Kind kind,
            Parser<T> parser,
            Check<T> check,
            Retention retention,
            Map<String, String> config) {
        this.name = PREFIX + name;
        this.keyedBy = keyedBy;
        this.kind = kind;
        this.check = check;
        this.parser = parser;
        this.retention = retention;
        this.config = config;
    }

    private static <T extends MessageLite> Topic<T> definition(
            String name, String keyedBy, Parser<T> parser, Function<T, String> idOf, Function<T, List<Problem>> check) {
        Check<T> keyAndValue = (key, value) -> {
            List<Problem> problems = check.apply(value);
            if (problems.isEmpty() && !key.equals(idOf.apply(value))) {
                return List.of(new Problem("id", "must be the record's key"));
            }
            return problems;
        };
        return new Topic<>(name, keyedBy, Kind.DEFINITION, parser, keyAndValue, null, compacted());
    }

    private static <T extends MessageLite> Topic<T> state(String name, String keyedBy, Parser<T> parser) {
        return new Topic<>(name, keyedBy, Kind.STATE, parser, (key, value) -> List.of(), null, compacted());
    }

    private static Map<String, String> compacted() {
        return Map.of(
                "cleanup.policy",
                "compact",
                "segment.bytes",
                Integer.toString(SEGMENT_BYTES),
                "min.cleanable.dirty.ratio",
                "0.2",
                // What was replaced or deleted goes within a day, also where little is written.
                COMPACTION_LAG,
                Long.toString(Duration.ofDays(1).toMillis()),
                "max.message.bytes",
                Integer.toString(MAX_RECORD_BYTES));
    }

    private static <T extends MessageLite> Topic<T> fact(
            String name, String keyedBy, Parser<T> parser, Duration retention, long retentionBytes) {
        return fact(name, keyedBy, Kind.FACT, parser, new Retention(retention, retentionBytes));
    }

    private static <T extends MessageLite> Topic<T> jsonFact(String name, Parser<T> parser, long bytes) {
        return fact(name, "camera", Kind.JSON_FACT, parser, new Retention(Duration.ofDays(7), bytes));
    }

    private static <T extends MessageLite> Topic<T> fact(
            String name, String keyedBy, Kind kind, Parser<T> parser, Retention retention) {
        return new Topic<>(
                name,
                keyedBy,
                kind,
                parser,
                (key, value) -> List.of(),
                retention,
                Map.of(
                        "cleanup.policy", "delete",
                        // Retention drops whole segments, so a small one needs small segments.
                        "segment.bytes", Integer.toString(SEGMENT_BYTES),
                        "max.message.bytes", Integer.toString(MAX_RECORD_BYTES)));
    }

    /** The topics in the order in which they are created. */
    public static List<Topic<?>> all() {
        return List.of(
                CAMERAS,
                QUERIES,
                RULES,
                BASELINES,
                ERASURES,
                MUTES,
                ALERT_REVIEWS,
                PUSH_SUBSCRIPTIONS,
                MODEL_ROLLOUTS,
                PROMPTS,
                FRAMES,
                OBSERVATIONS,
                INSTANCE_MASKS,
                AREAS,
                AREA_MINUTES,
                AREA_HOURS,
                ALERTS,
                ALERT_EVENTS,
                AREA_EVENTS,
                EVIDENCE,
                FEATURES,
                THUMBNAILS,
                CLIPS,
                CALIBRATIONS,
                CAMERA_STATUS,
                WORKER_STATUS,
                WEBHOOKS,
                SECRETS,
                WEBHOOK_REPLAYS,
                WEBHOOK_STATUS,
                ACCESS,
                DEAD_LETTER,
                AUDIT,
                LOOKS);
    }

    /** The topic's name in Kafka, for example {@code segwatch.frames}. */
    public String topicName() {
        return name;
    }

    /** Whose id the keys are, for example {@code camera}. */
    public String keyedBy() {
        return keyedBy;
    }

    /** Whether only the newest value of each key is kept. */
    public boolean isCompacted() {
        return kind == Kind.DEFINITION || kind == Kind.STATE;
    }

    /** Whether the values are CloudEvents in JSON that say what the message says: {@link #parse} takes none of them. */
    public boolean isJson() {
        return kind == Kind.JSON_FACT;
    }

    /**
     * What keeps a record from being used: bounds of its value, and for a definition that its key is its id. Empty for
     * topics that only roles write.
     */
    public List<Problem> problems(String key, T value) {
        return check.problems(key, value);
    }

    /** What is kept of a topic of facts where nothing else is configured; null for a compacted one, which keeps all. */
    public Retention retention() {
        return retention;
    }

    /** Settings to create the topic with beside its retention, as Kafka names them. */
    public Map<String, String> config() {
        return config;
    }

    /**
     * The value of a record, null for a tombstone; keys are UTF-8 strings everywhere.
     *
     * @throws MalformedRecordException when the bytes are no message of this topic
     */
    public T parse(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRecordException(
                    "Not a message of topic " + name + " (" + bytes.length + " bytes): " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
