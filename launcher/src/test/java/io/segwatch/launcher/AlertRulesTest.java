package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the alert rules and their runbooks to each other, and both to the metrics that there are. */
class AlertRulesTest {
    private static final Pattern METRIC = Pattern.compile("\\b((?:segwatch|jvm|process)_[a-z_]+)");
    private static final Path RUNBOOKS = Path.of("../docs/runbooks.md");
    private static final Path DASHBOARD = Path.of("../deploy/grafana/dashboards/segwatch.json");
    private static final Pattern LITERAL = Pattern.compile("\"(segwatch_[a-z_]+)\"");

    @Test
    void everyMetricThatARuleNamesExists() throws IOException {
        Set<String> known = metrics();
        for (JsonNode rule : rules()) {
            Matcher named = METRIC.matcher(rule.path("expr").asText());
            while (named.find()) {
                assertThat(known).as(rule.path("alert").asText()).contains(named.group(1));
            }
        }
    }

    @Test
    void everyMetricThatARunbookNamesExists() throws IOException {
        Set<String> known = metrics();
        Matcher named = METRIC.matcher(Files.readString(RUNBOOKS));
        int found = 0;
        while (named.find()) {
            assertThat(known).contains(named.group(1));
            found++;
        }
        assertThat(found).isGreaterThan(10);
    }

    @Test
    void everyMetricThatTheDashboardOfGrafanaNamesExists() throws IOException {
        Set<String> known = metrics();
        Set<String> named = new TreeSet<>();
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        dashboard
                .findValuesAsText("expr")
                .forEach(expression -> METRIC.matcher(expression)
                        .results()
                        .forEach(found -> named.add(found.group(1).replaceFirst("_bucket$", ""))));
        dashboard
                .at("/templating/list")
                .forEach(variable -> METRIC.matcher(variable.path("definition").asText())
                        .results()
                        .forEach(found -> named.add(found.group(1))));
        assertThat(named).hasSizeGreaterThan(15);
        assertThat(known).containsAll(named);
    }

    @Test
    void everyRuleHasItsRunbookAndEveryRunbookItsRule() throws IOException {
        List<String> headings = new ArrayList<>();
        Map<String, String> sections = new TreeMap<>();
        for (String section : Files.readString(RUNBOOKS).split("(?m)^## ")) {
            String heading = section.lines().findFirst().orElse("").strip();
            if (heading.startsWith("Segwatch")) {
                headings.add(heading);
                sections.put(heading, section);
            }
        }
        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(rules().stream()
                        .map(rule -> rule.path("alert").asText())
                        .toList());
        assertThat(sections.values())
                .allSatisfy(section -> assertThat(section).contains("**Means**: ", "**Look**: ", "**Do**: "));
    }

    @Test
    void everyRuleHasASummaryASeverityAndTheAddressOfItsRunbook() throws IOException {
        assertThat(rules()).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
            assertThat(rule.at("/annotations/description").asText()).isNotBlank();
            assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
            assertThat(rule.at("/annotations/runbook").asText())
                    .isEqualTo("docs/runbooks.md#" + rule.path("alert").asText().toLowerCase(Locale.ROOT));
        });
    }

    private static List<JsonNode> rules() throws IOException {
        JsonNode document = new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("../deploy/prometheus/alerts.yaml").toFile());
        List<JsonNode> rules = new ArrayList<>();
        document.path("groups").forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    /** Those of the sources' metrics, and of the library that tells of the JVM. */
    private static Set<String> metrics() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of(".."), 12)) {
            files.filter(file -> file.toString().contains("/src/main/java/")
                            && file.toString().endsWith(".java"))
                    .forEach(file -> LITERAL.matcher(text(file)).results().forEach(found -> names.add(found.group(1))));
        }
        DefaultExports.initialize();
        for (Collector.MetricFamilySamples family :
                Collections.list(CollectorRegistry.defaultRegistry.metricFamilySamples())) {
            names.addAll(List.of(family.getNames()));
        }
        return names;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
