package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.segwatch.config.Configuration;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The overlays as Kustomize makes them; left out where it is not installed. */
class OverlaysIT {
    private static final Path OVERLAYS = Path.of("../deploy/k8s/overlays");
    private static final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());

    @TempDir
    Path folder;

    private static Path kustomize;

    @BeforeAll
    static void findKustomize() {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(path -> Path.of(path, "kustomize"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(found).as("kustomize is on the path").isPresent();
        kustomize = found.get();
    }

    static Stream<String> overlays() throws IOException {
        try (Stream<Path> folders = Files.list(OVERLAYS)) {
            return folders.map(each -> each.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void keepsTheRulesOfTheBase(String overlay) throws Exception {
        List<JsonNode> built = built(overlay);
        // A single node has what was loaded into it, which has no digest.
        assertThat(
                        overlay.equals("single-node")
                                ? ManifestRules.broken(built)
                                : ManifestRules.brokenInProduction(built))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void namesNothingThatIsNotThere(String overlay) throws Exception {
        List<JsonNode> built = built(overlay);
        Set<String> asked = new TreeSet<>();
        for (JsonNode workload : workloads(built)) {
            workload.at("/spec/template/spec/volumes")
                    .forEach(volume -> asked.add(volume.at("/configMap/name").asText()));
        }
        asked.remove("");
        assertThat(asked)
                .isNotEmpty()
                .isSubsetOf(built.stream()
                        .filter(document -> document.path("kind").asText().equals("ConfigMap"))
                        .map(document -> document.at("/metadata/name").asText())
                        .collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void hasAConfigurationThatTheLauncherReads(String overlay) throws Exception {
        for (JsonNode document : built(overlay)) {
            String text = document.at("/data/segwatch.properties").asText();
            if (!text.isEmpty()) {
                Path file = Files.writeString(folder.resolve("segwatch.properties"), text);
                assertThat(Configuration.load(file, Map.of())
                                .get(NodeConfig.class)
                                .kafka()
                                .bootstrapServers())
                        .isPresent();
            }
        }
    }

    @Test
    void aSmallNodeHasRoomForAllRoles() throws Exception {
        double cores = 0;
        for (JsonNode workload : workloads(built("single-node"))) {
            String cpu = workload.at("/spec/template/spec/containers/0/resources/requests/cpu")
                    .asText();
            cores += cpu.endsWith("m")
                    ? Double.parseDouble(cpu.substring(0, cpu.length() - 1)) / 1000
                    : Double.parseDouble(cpu);
        }
        assertThat(cores).isLessThanOrEqualTo(1);
    }

    @Test
    void onAGpuInferenceAsksForOneAndSaysSo() throws Exception {
        JsonNode inference = workloads(built("gpu")).stream()
                .filter(workload -> workload.at("/metadata/name").asText().equals("inference"))
                .findFirst()
                .orElseThrow();
        JsonNode container = inference.at("/spec/template/spec/containers/0");
        assertThat(container.at("/resources/limits/nvidia.com~1gpu").asInt()).isEqualTo(1);
        assertThat(container.path("image").asText())
                .startsWith("registry.example.com/segwatch/segwatch-inference-gpu@");
        assertThat(container.path("env").toString()).contains("\"SEGWATCH_INFERENCE_PROVIDER\",\"value\":\"cuda\"");
    }

    private static List<JsonNode> workloads(List<JsonNode> documents) {
        return documents.stream()
                .filter(document -> document.at("/spec/template/spec").has("containers"))
                .toList();
    }

    private List<JsonNode> built(String overlay) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Path copy = pinnedCopy();
        Process process = new ProcessBuilder(
                        kustomize.toString(),
                        "build",
                        copy.resolve("overlays").resolve(overlay).toString())
                .redirectError(errors.toFile())
                .start();
        List<JsonNode> documents = yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(process.getInputStream())
                .readAll();
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return documents;
    }

    /** Of all manifests, with digests as if images had been pushed. */
    private Path pinnedCopy() throws IOException, InterruptedException {
        Path copy = folder.resolve("k8s");
        Path digests = Files.createDirectories(folder.resolve("digests"));
        for (String image : List.of("ingest", "inference", "inference-gpu", "topology", "delivery", "dashboard")) {
            Files.writeString(digests.resolve("segwatch-" + image + ".digest"), "sha256:" + "0a".repeat(32));
        }
        run("cp", "-r", "../deploy/k8s", copy.toString());
        run(
                "../deploy/images/pin",
                "registry.example.com/segwatch/",
                digests.toString(),
                copy.resolve("components/images/kustomization.yaml").toString());
        return copy;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
