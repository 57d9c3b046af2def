package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.segwatch.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code deploy/compose}: what each container must have, and that what its files name is there. */
class ComposeTest {
    private static final Path FOLDER = Path.of("../deploy/compose");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Set<String> ROLES = Set.of("ingest", "inference", "topology", "delivery", "dashboard");

    @Test
    void everyContainerKeepsTheRules() throws IOException {
        assertThat(broken(compose())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image",
                "user",
                "read_only",
                "cap_drop",
                "security_opt",
                "mem_limit",
                "pids_limit",
                "healthcheck"
            })
    void whateverIsTakenAwayIsMissed(String field) throws IOException {
        for (String name :
                List.of("kafka", "camera", "ingest", "inference-gpu", "dashboard", "prometheus", "grafana")) {
            JsonNode compose = compose();
            assertThat(((ObjectNode) compose.path("services").path(name)).remove(field))
                    .isNotNull();
            assertThat(broken(compose)).hasSize(1).allMatch(rule -> rule.startsWith(name));
        }
    }

    @Test
    void anImageOfOthersIsRefusedWithoutItsDigest() throws IOException {
        JsonNode compose = compose();
        ((ObjectNode) compose.path("services").path("kafka")).put("image", "apache/kafka:4.3.1");
        assertThat(broken(compose)).containsExactly("kafka names its image by digest");
    }

    @Test
    void eachRoleRunsFromItsImageInThisVersion() throws IOException {
        assertThat(environment().getProperty("SEGWATCH_VERSION")).isEqualTo(Version.current());
        Set<String> roles = new TreeSet<>();
        for (JsonNode service : compose().path("services")) {
            if (service.at("/command/0").asText().equals("run")) {
                String role = service.at("/command/2").asText();
                roles.add(role);
                assertThat(service.path("image").asText())
                        .startsWith("segwatch-" + role)
                        .endsWith(":" + Version.current());
                assertThat(service.at("/environment/SEGWATCH_ADMIN_NAMES").asText())
                        .isEqualTo(role);
            }
        }
        assertThat(roles).isEqualTo(ROLES);
    }

    @Test
    void secretsComeFromFilesAlone() throws IOException {
        compose()
                .path("services")
                .forEach(service -> service.path("environment")
                        .fieldNames()
                        .forEachRemaining(name -> assertThat(name).doesNotMatch(".*(TOKEN|PASSWORD|SECRET)")));
        assertThat(compose().path("secrets")).hasSize(3).allMatch(secret -> secret.has("file"));
    }

    @Test
    void everyFileThatIsNamedIsThere() throws IOException {
        JsonNode compose = compose();
        compose.path("configs")
                .forEach(config ->
                        assertThat(FOLDER.resolve(config.path("file").asText())).isRegularFile());
        for (JsonNode service : compose.path("services")) {
            for (JsonNode volume : service.path("volumes")) {
                if (volume.asText().startsWith(".")) {
                    assertThat(FOLDER.resolve(volume.asText().split(":")[0])).isDirectory();
                }
            }
            service.path("configs")
                    .forEach(config -> assertThat(compose.path("configs")
                                    .has(config.path("source").asText()))
                            .isTrue());
            service.path("secrets")
                    .forEach(secret -> assertThat(compose.path("secrets").has(secret.asText()))
                            .isTrue());
        }
    }

    @Test
    void prometheusAsksEveryRoleByItsName() throws IOException {
        JsonNode prometheus = yaml("prometheus.yaml");
        Set<String> asked = new TreeSet<>();
        prometheus.at("/scrape_configs/0/dns_sd_configs/0/names").forEach(name -> asked.add(name.asText()));
        assertThat(asked).isEqualTo(ROLES);
        assertThat(prometheus.at("/scrape_configs/0/job_name").asText()).isEqualTo("segwatch");
        assertThat(prometheus.at("/rule_files/0").asText()).isEqualTo("alerts.yaml");
    }

    @Test
    void itsConfigurationAndItsDefinitionsAreOnesThatTheLauncherReads() throws IOException {
        assertThatCode(() -> Configuration.load(FOLDER.resolve("segwatch.properties"), Map.of()))
                .doesNotThrowAnyException();
        DefinitionDocument document = DefinitionDocument.read(Files.readString(FOLDER.resolve("definitions.json")));
        assertThat(document.problems()).isEmpty();
        assertThat(document.of(DefinitionType.CAMERAS)).containsOnlyKeys("test");
    }

    private static List<String> broken(JsonNode compose) {
        List<String> broken = new ArrayList<>();
        compose.path("services").properties().forEach(entry -> {
            JsonNode service = entry.getValue();
            String image = service.path("image").asText();
            boolean own = image.matches("segwatch-[a-z-]+:\\d.*");
            require(broken, entry, own || image.matches(".+:.+@sha256:[0-9a-f]{64}"), "names its image by digest");
            require(broken, entry, service.path("user").asText().matches("[1-9]\\d*:\\d+"), "does not run as root");
            require(broken, entry, service.path("read_only").asBoolean(), "cannot write its image");
            require(broken, entry, service.at("/cap_drop/0").asText().equals("ALL"), "has no capabilities");
            require(
                    broken,
                    entry,
                    service.at("/security_opt/0").asText().equals("no-new-privileges:true"),
                    "gains no privileges");
            require(broken, entry, service.has("mem_limit"), "has a limit of memory");
            require(broken, entry, service.has("pids_limit"), "has a limit of processes");
            require(
                    broken,
                    entry,
                    service.at("/healthcheck/test").size() > 1 || entry.getKey().equals("definitions"),
                    "has a health check");
        });
        return broken;
    }

    private static void require(List<String> broken, Map.Entry<String, JsonNode> service, boolean holds, String what) {
        if (!holds) {
            broken.add(service.getKey() + " " + what);
        }
    }

    /** With its merged parts, and with the variables of {@code .env}. */
    private static JsonNode compose() throws IOException {
        Properties environment = environment();
        Matcher variables = VARIABLE.matcher(Files.readString(FOLDER.resolve("compose.yaml")));
        String text = variables.replaceAll(found -> {
            assertThat(environment).containsKey(found.group(1));
            return Matcher.quoteReplacement(environment.getProperty(found.group(1)));
        });
        return parsed(text);
    }

    private static Properties environment() throws IOException {
        Properties environment = new Properties();
        environment.load(Files.newBufferedReader(FOLDER.resolve(".env")));
        return environment;
    }

    private static JsonNode yaml(String file) throws IOException {
        return parsed(Files.readString(FOLDER.resolve(file)));
    }

    private static JsonNode parsed(String text) {
        Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return new ObjectMapper().valueToTree(document);
    }
}
