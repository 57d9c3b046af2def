package io.segwatch.kafka;

import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the topics that are missing, and has those that are there keep what they should. */
public final class TopicSetup {
    private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

    /**
     * What a topic of facts may come to on the disks of Kafka.
     *
     * @param partitions as they are, not as configured
     * @param copies as they are
     */
    public record Size(Topic<?> topic, Retention retention, int partitions, int copies) {
        /** Over all partitions and copies. */
        public long bytes() {
            return retention.mostBytes() * partitions * copies;
        }
    }

    private final Kafka kafka;
    private final Map<Topic<?>, Retention> retention;
    private final Map<Topic<?>, Map<String, String>> further;

    public TopicSetup(Kafka kafka, Map<Topic<?>, Retention> retention) {
        this(kafka, retention, Map.of());
    }

    /**
     * Changes nothing yet.
     *
     * @param retention of topics of facts; those that are not named keep their default
     * @param further settings of topics, as Kafka names them
     */
    public TopicSetup(Kafka kafka, Map<Topic<?>, Retention> retention, Map<Topic<?>, Map<String, String>> further) {
        this.kafka = kafka;
        this.retention = Map.copyOf(retention);
        this.further = Map.copyOf(further);
    }

    /**
     * Creates the topics that are not there yet and leaves the others as they are.
     *
     * @throws UnusableKafka when there is no answer within a minute, a refusal, or too few brokers
     */
    public void create() throws InterruptedException {
        try (Admin admin = Admin.create(kafka.clientProperties())) {
            create(admin);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw UnusableKafka.of(kafka, e);
        }
    }

    /**
     * As {@link #create}, and gives topics that have another retention the one that is configured. A process that may
     * not do that says so in the log and goes on.
     *
     * @return what each topic of facts may come to
     */
    public List<Size> apply() throws InterruptedException {
        try (Admin admin = Admin.create(kafka.clientProperties())) {
            create(admin);
            try {
                AskedAgain.whileRetriable(() -> alter(admin));
            } catch (ExecutionException e) {
                log.warn(
                        "What topics keep could not be compared with segwatch.retention, and stays as it is: {}",
                        e.getCause().getMessage());
            }
            return AskedAgain.whileRetriable(() -> sizes(admin));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw UnusableKafka.of(kafka, e);
        }
    }

    private Retention retention(Topic<?> topic) {
        return retention.getOrDefault(topic, topic.retention());
    }

    private static List<Topic<?>> facts() {
        return Topic.all().stream().filter(topic -> !topic.isCompacted()).toList();
    }

    private void create(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> present = admin.listTopics().names().get(1, TimeUnit.MINUTES);
        List<NewTopic> missing = Topic.all().stream()
                .filter(topic -> !present.contains(topic.topicName()))
                .map(this::newTopic)
                .toList();
        for (var result : new HashMap<>(admin.createTopics(missing).values()).values()) {
            try {
                result.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                // Another role may have created it between our look and our call.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private NewTopic newTopic(Topic<?> topic) {
        Map<String, String> config = new HashMap<>(topic.config());
        if (!topic.isCompacted()) {
            config.putAll(retention(topic).config());
        }
        config.putAll(further.getOrDefault(topic, Map.of()));
        return new NewTopic(topic.topicName(), topic.isCompacted() ? 1 : kafka.partitions(), kafka.replicationFactor())
                .configs(config);
    }

    private Void alter(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        Map<ConfigResource, Topic<?>> resources = Topic.all().stream()
                .collect(Collectors.toMap(
                        topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName()), topic -> topic));
        Map<ConfigResource, Config> now =
                admin.describeConfigs(resources.keySet()).all().get(1, TimeUnit.MINUTES);
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        now.forEach((resource, config) -> {
            List<AlterConfigOp> others = new ArrayList<>();
            new TreeMap<>(kept(resources.get(resource))).forEach((key, value) -> {
                ConfigEntry entry = config.get(key);
                if (entry == null || !value.equals(entry.value())) {
                    others.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
                }
            });
            if (!others.isEmpty()) {
                changes.put(resource, others);
                log(resources.get(resource));
            }
        });
        return admin.incrementalAlterConfigs(changes).all().get(1, TimeUnit.MINUTES);
    }

    /** What a topic should have, of a compacted one how long what was replaced or deleted may stay. */
    private Map<String, String> kept(Topic<?> topic) {
        Map<String, String> wanted = new HashMap<>(
                topic.isCompacted()
                        ? Map.of(Topic.COMPACTION_LAG, topic.config().get(Topic.COMPACTION_LAG))
                        : retention(topic).config());
        wanted.putAll(further.getOrDefault(topic, Map.of()));
        return wanted;
    }

    private void log(Topic<?> topic) {
        if (topic.isCompacted()) {
            log.info("{} drops what was replaced or deleted within a day from now on", topic);
            return;
        }
        log.info(
                "{} keeps {} min and {} MiB a partition from now on",
                topic,
                retention(topic).time().toMinutes(),
                retention(topic).bytes() >> 20);
    }

    private List<Size> sizes(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, TopicDescription> topics = admin.describeTopics(
                        facts().stream().map(Topic::topicName).toList())
                .allTopicNames()
                .get(1, TimeUnit.MINUTES);
        return facts().stream()
                .map(topic -> {
                    var partitions = topics.get(topic.topicName()).partitions();
                    return new Size(
                            topic,
                            retention(topic),
                            partitions.size(),
                            partitions.get(0).replicas().size());
                })
                .toList();
    }
}
