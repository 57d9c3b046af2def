package io.segwatch.contracts;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is kept, in the few kinds that a person thinks of. Each topic belongs to one. */
public enum StoredKind {
    /** Pictures as cameras send them, for some minutes. */
    FRAMES(Topic.FRAMES),
    /** What search looks in. */
    FEATURES(Topic.FEATURES),
    /** The small pictures beside the features. */
    THUMBNAILS(Topic.THUMBNAILS),
    /** Pictures and videos of alerts. */
    EVIDENCE(Topic.EVIDENCE, Topic.CLIPS),
    /** Masks and numbers of each frame, clicks and their answers. */
    OBSERVATIONS(Topic.OBSERVATIONS, Topic.INSTANCE_MASKS, Topic.PROMPTS),
    /** What charts are drawn from. */
    AREAS(Topic.AREAS, Topic.AREA_MINUTES, Topic.AREA_HOURS, Topic.AREA_EVENTS),
    ALERTS(Topic.ALERTS, Topic.WEBHOOK_REPLAYS, Topic.ALERT_EVENTS),
    /** Who did and looked at what. */
    AUDIT(Topic.AUDIT, Topic.LOOKS),
    /** What could not be read or delivered. */
    FAILURES(Topic.DEAD_LETTER),
    /** What people defined and what roles report: one record a key, for ever. */
    DEFINITIONS(
            Topic.CAMERAS,
            Topic.QUERIES,
            Topic.RULES,
            Topic.BASELINES,
            Topic.ERASURES,
            Topic.MUTES,
            Topic.ALERT_REVIEWS,
            Topic.WEBHOOKS,
            Topic.PUSH_SUBSCRIPTIONS,
            Topic.MODEL_ROLLOUTS,
            Topic.ACCESS,
            Topic.SECRETS,
            Topic.CALIBRATIONS,
            Topic.CAMERA_STATUS,
            Topic.WORKER_STATUS,
            Topic.WEBHOOK_STATUS),
    /** No topic of {@link Topic#all}: the state of Kafka Streams, and Kafka's own records. */
    INTERNAL;

    private final List<Topic<?>> topics;

    StoredKind(Topic<?>... topics) {
        this.topics = List.of(topics);
    }

    /** In the order in which they are shown. */
    public List<Topic<?>> topics() {
        return topics;
    }

    /** As the API and the command line write it, for example {@code frames}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of a topic by its name in Kafka; {@link #INTERNAL} for one that is not in {@link Topic#all}. */
    public static StoredKind of(String topicName) {
        return Arrays.stream(values())
                .filter(kind ->
                        kind.topics.stream().anyMatch(topic -> topic.topicName().equals(topicName)))
                .findFirst()
                .orElse(INTERNAL);
    }
}
