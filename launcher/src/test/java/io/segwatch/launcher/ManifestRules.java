package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What each manifest of ours must have, whichever overlay it comes from. For one call. */
final class ManifestRules {
    private static final Set<String> ROLES = Set.of("ingest", "inference", "topology", "delivery", "dashboard");
    private static final Pattern DIGEST = Pattern.compile("@sha256:[0-9a-f]{64}$");
    /** Behind the last slash: a registry may have a port. */
    private static final Pattern VERSION = Pattern.compile("^[^@]+:[^/:@]+$");

    /** A JVM on a node that is short of cores took over two minutes. */
    private static final int LONGEST_START_S = 300;

    private static final String PART_OF = "app.kubernetes.io~1part-of";

    private final List<JsonNode> documents;
    private final List<String> broken = new ArrayList<>();

    private ManifestRules(List<JsonNode> documents) {
        this.documents = documents;
    }

    /**
     * The rules that are broken, in sentences; empty when none is.
     *
     * @param documents all that is applied
     */
    static List<String> broken(List<JsonNode> documents) {
        ManifestRules rules = new ManifestRules(documents);
        rules.check();
        return rules.broken;
    }

    /** As {@link #broken}, and each image is named by its digest: a tag may come to mean something else. */
    static List<String> brokenInProduction(List<JsonNode> documents) {
        ManifestRules rules = new ManifestRules(documents);
        rules.check();
        rules.workloads()
                .forEach(workload -> images(workload)
                        .forEach(image -> rules.require(
                                DIGEST.matcher(image).find(),
                                name(workload),
                                "names its image by digest, not " + image)));
        return rules.broken;
    }

    private void check() {
        List<JsonNode> workloads = workloads();
        Set<String> names = workloads.stream().map(ManifestRules::name).collect(Collectors.toSet());
        require(names.equals(ROLES), "the roles", "are " + ROLES + ", not " + names);
        workloads.forEach(this::checkWorkload);
        require(
                ofKind("Namespace").stream()
                        .allMatch(space -> space.at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                                .asText()
                                .equals("restricted")),
                "the namespace",
                "enforces the restricted standard");
        require(
                ofKind("NetworkPolicy").stream().anyMatch(ManifestRules::closesAll),
                "a network policy",
                "closes all pods in both directions but for what others name");
    }

    private void checkWorkload(JsonNode workload) {
        String name = name(workload);
        JsonNode pod = workload.at("/spec/template/spec");
        // A service named segwatch-admin would set SEGWATCH_ADMIN_PORT.
        require(!pod.path("enableServiceLinks").asBoolean(true), name, "has no service links");
        require(!pod.path("automountServiceAccountToken").asBoolean(true), name, "has no token of the cluster's API");
        require(pod.at("/securityContext/runAsNonRoot").asBoolean(), name, "does not run as root");
        require(
                pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault"),
                name,
                "has the runtime's seccomp profile");
        require(pod.path("topologySpreadConstraints").size() > 0, name, "is spread over nodes");
        require(
                ofKind("PriorityClass").stream()
                        .anyMatch(known ->
                                name(known).equals(pod.path("priorityClassName").asText())),
                name,
                "has a priority that is there");
        require(
                ofKind("PodDisruptionBudget").stream()
                        .anyMatch(budget -> budget.at("/spec/selector/matchLabels")
                                .equals(workload.at("/spec/selector/matchLabels"))),
                name,
                "has a disruption budget");
        pod.path("containers").forEach(container -> checkContainer(name, container));
        images(workload)
                .forEach(image -> require(
                        DIGEST.matcher(image).find() || VERSION.matcher(image).matches() && !image.endsWith(":latest"),
                        name,
                        "names its image by version or digest, not " + image));
    }

    private List<JsonNode> workloads() {
        return documents.stream()
                .filter(document -> document.at("/spec/template/spec").has("containers"))
                .toList();
    }

    private static List<String> images(JsonNode workload) {
        List<String> images = new ArrayList<>();
        for (String kind : List.of("initContainers", "containers")) {
            workload.at("/spec/template/spec")
                    .path(kind)
                    .forEach(container -> images.add(container.path("image").asText()));
        }
        return images;
    }

    private void checkContainer(String name, JsonNode container) {
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            require(container.has(probe), name, "has a " + probe);
        }
        JsonNode start = container.path("startupProbe");
        require(
                start.path("periodSeconds").asInt()
                                * start.path("failureThreshold").asInt()
                        >= LONGEST_START_S,
                name,
                "has five minutes to start");
        require(container.at("/resources/limits").has("memory"), name, "has a limit of memory");
        require(container.at("/resources/requests").has("memory"), name, "asks for memory");
        require(container.at("/resources/requests").has("cpu"), name, "asks for a part of a core");
        JsonNode security = container.path("securityContext");
        require(security.path("readOnlyRootFilesystem").asBoolean(), name, "cannot write its image");
        require(!security.path("allowPrivilegeEscalation").asBoolean(true), name, "gains no privileges");
        require(security.at("/capabilities/drop/0").asText().equals("ALL"), name, "has no capabilities");
    }

    private static boolean closesAll(JsonNode policy) {
        return policy.at("/spec/podSelector/matchLabels/" + PART_OF).asText().equals("segwatch")
                && policy.at("/spec/policyTypes").toString().equals("[\"Ingress\",\"Egress\"]")
                && policy.at("/spec/ingress").isMissingNode();
    }

    private void require(boolean holds, String who, String what) {
        if (!holds) {
            broken.add(who + " " + what);
        }
    }

    private List<JsonNode> ofKind(String kind) {
        return documents.stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .toList();
    }

    private static String name(JsonNode document) {
        return document.at("/metadata/name").asText();
    }
}
