package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PriorityClass;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests against the schema of Kubernetes' own client, unknown and missing fields refused. */
class DeploymentTest {
    private static final Path FOLDER = Path.of("../deploy/k8s/base");
    private static final JsonPointer IMAGE = JsonPointer.compile("/spec/template/spec/containers/0/image");
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
            "NetworkPolicy", V1NetworkPolicy::validateJsonElement,
            "PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
            "PriorityClass", V1PriorityClass::validateJsonElement);

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
    void theKustomizationNamesTheImagesOfThisVersion() throws IOException {
        JsonNode images = documents(FOLDER.resolve("kustomization.yaml")).get(0).path("images");
        assertThat(images).hasSize(5);
        assertThat(images)
                .allSatisfy(image -> assertThat(image.path("newTag").asText()).isEqualTo(Version.current()));
    }

    @Test
    void aProductionManifestIsRefusedWithoutTheDigestOfAnImage() throws IOException {
        String digest = "registry.example.com:5000/x@sha256:" + "0a".repeat(32);
        List<JsonNode> pinned = base();
        pinned.replaceAll(document -> withImage(document, digest));
        assertThat(ManifestRules.brokenInProduction(pinned)).isEmpty();
        for (int i = 0; i < pinned.size(); i++) {
            List<JsonNode> one = new ArrayList<>(pinned);
            one.set(i, withImage(pinned.get(i), "registry.example.com:5000/x:0.1.0"));
            assertThat(ManifestRules.brokenInProduction(one))
                    .hasSize(one.equals(pinned) ? 0 : 1)
                    .allMatch(
                            rule -> rule.endsWith("names its image by digest, not registry.example.com:5000/x:0.1.0"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"segwatch-ingest", "registry.example.com:5000/segwatch-ingest", "x:latest", "x@sha256:12"})
    void anImageWithoutAVersionIsRefusedEverywhere(String image) throws IOException {
        List<JsonNode> base = base();
        base.replaceAll(document -> withImage(document, image));
        assertThat(ManifestRules.broken(base))
                .hasSize(5)
                .allMatch(rule -> rule.endsWith("names its image by version or digest, not " + image));
    }

    @Test
    void theBaseKeepsEveryRule() throws IOException {
        assertThat(ManifestRules.broken(base())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("needed")
    void whateverIsTakenAwayIsMissed(String kind, String pointer) throws IOException {
        List<JsonNode> base = base();
        List<JsonNode> without = base.stream()
                .map(document -> document.path("kind").asText().matches(kind) ? remove(document, pointer) : document)
                .toList();
        assertThat(without).isNotEqualTo(base);
        assertThat(ManifestRules.broken(without)).isNotEmpty();
    }

    static Stream<Arguments> needed() {
        String workload = "Deployment|StatefulSet";
        String pod = "/spec/template/spec";
        String container = pod + "/containers/0";
        return Stream.of(
                Arguments.of(workload, container + "/resources/limits/memory"),
                Arguments.of(workload, container + "/resources/requests/cpu"),
                Arguments.of(workload, container + "/resources/requests/memory"),
                Arguments.of(workload, container + "/image"),
                Arguments.of(workload, container + "/startupProbe"),
                Arguments.of(workload, container + "/startupProbe/failureThreshold"),
                Arguments.of(workload, container + "/livenessProbe"),
                Arguments.of(workload, container + "/readinessProbe"),
                Arguments.of(workload, container + "/securityContext/readOnlyRootFilesystem"),
                Arguments.of(workload, container + "/securityContext/allowPrivilegeEscalation"),
                Arguments.of(workload, container + "/securityContext/capabilities"),
                Arguments.of(workload, pod + "/securityContext/runAsNonRoot"),
                Arguments.of(workload, pod + "/securityContext/seccompProfile"),
                Arguments.of(workload, pod + "/enableServiceLinks"),
                Arguments.of(workload, pod + "/automountServiceAccountToken"),
                Arguments.of(workload, pod + "/priorityClassName"),
                Arguments.of(workload, pod + "/topologySpreadConstraints"),
                Arguments.of("PodDisruptionBudget", ""),
                Arguments.of("NetworkPolicy", ""),
                Arguments.of("NetworkPolicy", "/spec/policyTypes"),
                Arguments.of("Namespace", "/metadata/labels"),
                Arguments.of("PriorityClass", ""));
    }

    /** The document without what the pointer names; without all that it says, when it is empty. */
    private static JsonNode remove(JsonNode document, String pointer) {
        if (pointer.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode copy = document.deepCopy();
        JsonPointer path = JsonPointer.compile(pointer);
        if (copy.at(path.head()) instanceof ObjectNode parent) {
            parent.remove(path.last().getMatchingProperty());
        }
        return copy;
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
        return manifests(FOLDER.resolveSibling("examples"));
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

    /** With the versions of images that the kustomization gives. */
    private static List<JsonNode> base() throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        for (Path file : manifests().toList()) {
            documents.addAll(documents(file));
        }
        for (JsonNode image :
                documents(FOLDER.resolve("kustomization.yaml")).get(0).path("images")) {
            String name = image.path("name").asText();
            documents.replaceAll(document -> document.at(IMAGE).asText().equals(name)
                    ? withImage(document, name + ":" + image.path("newTag").asText())
                    : document);
        }
        return documents;
    }

    private static JsonNode withImage(JsonNode document, String image) {
        JsonNode copy = document.deepCopy();
        if (copy.at(IMAGE.head()) instanceof ObjectNode container) {
            container.put("image", image);
        }
        return copy;
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        return yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .readAll();
    }
}
