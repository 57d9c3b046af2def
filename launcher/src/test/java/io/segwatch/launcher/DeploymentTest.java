package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.segwatch.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests against the schema of Kubernetes' own client, unknown and missing fields refused. */
class DeploymentTest {
    private static final Path FOLDER = Path.of("../deploy/k8s");
    private static final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());

    private interface Check {
        void validate(JsonElement json) throws IOException;
    }

    private static final Map<String, Check> CHECKS = Map.of(
            "Namespace", V1Namespace::validateJsonElement,
            "ServiceAccount", V1ServiceAccount::validateJsonElement,
            "Deployment", V1Deployment::validateJsonElement,
            "StatefulSet", V1StatefulSet::validateJsonElement,
            "Service", V1Service::validateJsonElement,
            "NetworkPolicy", V1NetworkPolicy::validateJsonElement);

    @ParameterizedTest
    @MethodSource({"manifests", "examples"})
    void matchesTheSchemaOfItsKind(Path file) throws IOException {
        for (JsonNode document : documents(file)) {
            String kind = document.path("kind").asText();
            assertThat(CHECKS).containsKey(kind);
            assertThatCode(() -> CHECKS.get(kind).validate(JsonParser.parseString(document.toString())))
                    .as("%s in %s", kind, file)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void theSchemaRefusesAMisspeltField() throws IOException {
        JsonNode ingest = documents(FOLDER.resolve("ingest.yaml")).get(0);
        String misspelt = ingest.toString().replace("livenessProbe", "livenesProbe");
        assertThatThrownBy(() -> V1StatefulSet.validateJsonElement(JsonParser.parseString(misspelt)))
                .hasMessageContaining("livenesProbe");
    }

    @Test
    void theKustomizationNamesEveryManifest() throws IOException {
        JsonNode kustomization = documents(FOLDER.resolve("kustomization.yaml")).get(0);
        List<String> named = new ArrayList<>();
        kustomization.path("resources").forEach(resource -> named.add(resource.asText()));
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        manifests().map(file -> file.getFileName().toString()).toList());
    }

    @Test
    void theKustomizationNamesTheImageOfThisVersion() throws IOException {
        JsonNode image = documents(FOLDER.resolve("kustomization.yaml")).get(0).at("/images/0");
        assertThat(image.path("newTag").asText()).isEqualTo(Version.current()).doesNotContain("$");
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void everyContainerHasProbesAndAMemoryLimit(JsonNode workload) {
        // A service named segwatch-admin would set SEGWATCH_ADMIN_PORT.
        assertThat(workload.at("/spec/template/spec/enableServiceLinks").asBoolean(true))
                .isFalse();
        for (JsonNode container : workload.at("/spec/template/spec/containers")) {
            assertThat(container.has("livenessProbe")).isTrue();
            assertThat(container.has("readinessProbe")).isTrue();
            assertThat(container.at("/resources/limits").has("memory")).isTrue();
            assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void itsConfigurationIsOneThatTheLauncherReads() {
        assertThatCode(() -> Configuration.load(FOLDER.resolve("segwatch.properties"), Map.of()))
                .doesNotThrowAnyException();
    }

    static Stream<Path> manifests() throws IOException {
        return manifests(FOLDER);
    }

    static Stream<Path> examples() throws IOException {
        return manifests(FOLDER.resolve("examples"));
    }

    private static Stream<Path> manifests(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith("kustomization.yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    static Stream<JsonNode> workloads() throws IOException {
        List<JsonNode> workloads = new ArrayList<>();
        for (Path file : manifests().toList()) {
            documents(file).stream()
                    .filter(document -> document.at("/spec/template/spec").has("containers"))
                    .forEach(workloads::add);
        }
        return workloads.stream();
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        return yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .readAll();
    }
}
