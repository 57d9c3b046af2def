package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What operators are given is what the code, the table of rights and the alert rules say. With
 * {@code -Dsegwatch.manifests=write} it is written anew.
 */
class OperatorManifestsTest {
    private static final Path FOLDER = Path.of("../deploy/k8s/components");
    private static final Path PROPERTIES = Path.of("../deploy/k8s/base/segwatch.properties");
    private static final List<String> ROLES = List.of("ingest", "inference", "topology", "delivery", "dashboard");
    private static final ObjectMapper yaml = new ObjectMapper(new YAMLFactory()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS));

    @Test
    void eachTopicIsThereAsSegwatchWouldMakeIt() throws IOException {
        assertIs("strimzi/topics.yaml", topics());
    }

    @Test
    void eachRoleHasAUserWithTheRightsOfTheTableAndNoOther() throws IOException {
        assertIs("strimzi/users.yaml", users());
    }

    @Test
    void theAlertsArePrometheusOwn() throws IOException {
        ObjectNode rule = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "monitoring.coreos.com/v1")
                .put("kind", "PrometheusRule");
        rule.putObject("metadata").put("name", "segwatch");
        rule.set(
                "spec",
                yaml.readTree(Path.of("../deploy/prometheus/alerts.yaml").toFile()));
        assertIs("monitoring/prometheusrule.yaml", List.of(rule));
    }

    private static void assertIs(String file, List<JsonNode> wanted) throws IOException {
        Path path = FOLDER.resolve(file);
        if ("write".equals(System.getProperty("segwatch.manifests"))) {
            Files.writeString(path, text(wanted));
        }
        List<JsonNode> there = yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(path.toFile())
                .readAll();
        assertThat(there)
                .as("%s; write it anew with -Dsegwatch.manifests=write", path)
                .isEqualTo(wanted);
    }

    private static String text(List<JsonNode> documents) throws IOException {
        StringBuilder text = new StringBuilder();
        for (JsonNode document : documents) {
            text.append(yaml.writeValueAsString(document));
        }
        return text.toString();
    }

    private static List<JsonNode> topics() throws IOException {
        NodeConfig config = Configuration.load(PROPERTIES, Map.of()).get(NodeConfig.class);
        Map<Topic<?>, Retention> plan = RetentionPlan.of(Configuration.load(PROPERTIES, Map.of()));
        List<JsonNode> topics = new ArrayList<>();
        for (Topic<?> topic : Topic.all()) {
            ObjectNode resource = resource("KafkaTopic", topic.topicName());
            ObjectNode spec = resource.putObject("spec");
            spec.put("partitions", topic.isCompacted() ? 1 : config.kafka().partitions());
            spec.put("replicas", (int) config.kafka().replicationFactor());
            Map<String, String> settings = new TreeMap<>(topic.config());
            if (!topic.isCompacted()) {
                settings.putAll(plan.getOrDefault(topic, topic.retention()).config());
            }
            settings.put("min.insync.replicas", "2");
            ObjectNode written = spec.putObject("config");
            settings.forEach(written::put);
            topics.add(resource);
        }
        return topics;
    }

    private static List<JsonNode> users() throws IOException {
        Map<String, List<KafkaRightsTable.Right>> table = KafkaRightsTable.read();
        List<JsonNode> users = new ArrayList<>();
        for (String role : ROLES) {
            ObjectNode resource = resource("KafkaUser", "segwatch-" + role);
            ObjectNode spec = resource.putObject("spec");
            spec.putObject("authentication").put("type", "scram-sha-512");
            ArrayNode acls =
                    spec.putObject("authorization").put("type", "simple").putArray("acls");
            table.get(role).forEach(right -> acls.add(acl(right)));
            users.add(resource);
        }
        return users;
    }

    private static ObjectNode resource(String kind, String name) {
        ObjectNode resource = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "kafka.strimzi.io/v1beta2")
                .put("kind", kind);
        resource.putObject("metadata").put("name", name).putObject("labels").put("strimzi.io/cluster", "segwatch");
        return resource;
    }

    private static ObjectNode acl(KafkaRightsTable.Right right) {
        ObjectNode acl = JsonNodeFactory.instance.objectNode();
        String type = switch (right.type()) {
            case TOPIC -> "topic";
            case GROUP -> "group";
            case TRANSACTIONAL_ID -> "transactionalId";
            default -> throw new IllegalArgumentException(right.toString());
        };
        acl.putObject("resource")
                .put("type", type)
                .put("name", right.literal())
                .put("patternType", right.prefix() ? "prefix" : "literal");
        String operation = right.operation().name();
        acl.putArray("operations")
                .add(operation.charAt(0) + operation.substring(1).toLowerCase(Locale.ROOT));
        return acl;
    }
}
