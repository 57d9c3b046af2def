package io.segwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

/** Keeps TOPOLOGY.md true; {@code -Dsegwatch.update-docs=true} rewrites it. */
class TopologyDiagramTest {
    private static final Path PICTURE = Path.of("TOPOLOGY.md");

    @Test
    void drawsTheTopologyThatRuns() throws IOException {
        var options = new CameraProcessor.Options(0, 1_000, 1_000, 1_000);
        String picture = picture(StreamTopology.build(options, () -> DefinitionSnapshot.EMPTY));
        if (Boolean.getBoolean("segwatch.update-docs")) {
            Files.writeString(PICTURE, picture);
        }

        assertThat(picture)
                .as("TOPOLOGY.md is stale; run this test with -Dsegwatch.update-docs=true")
                .isEqualTo(Files.readString(PICTURE));
    }

    private static String picture(Topology topology) {
        TreeSet<String> lines = new TreeSet<>();
        for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
            part.nodes().forEach(node -> describe(node, lines));
        }
        return """
                # Topology

                Generated from the code by `TopologyDiagramTest`. Rounded boxes are topics. The cylinder `cameras` is a store that Kafka
                keeps a changelog of; `before-commit` holds nothing, it has the store written once a transaction. Cameras, queries, rules
                and accepted baselines are not part of the stream: each process reads their compacted topics whole, and a record is
                processed by what is defined when it comes.

                ```mermaid
                flowchart LR
                """ + String.join("\n", lines) + "\n```\n";
    }

    private static void describe(TopologyDescription.Node node, TreeSet<String> lines) {
        lines.add("    " + node.name() + "[" + node.name() + "]");
        node.successors().forEach(next -> lines.add("    " + node.name() + " --> " + next.name()));
        if (node instanceof TopologyDescription.Source source) {
            source.topicSet().forEach(topic -> lines.add("    " + topic + "([" + topic + "]) --> " + node.name()));
        } else if (node instanceof TopologyDescription.Sink sink) {
            lines.add("    " + node.name() + " --> " + sink.topic() + "([" + sink.topic() + "])");
        } else if (node instanceof TopologyDescription.Processor processor) {
            processor
                    .stores()
                    .forEach(store -> lines.add("    " + node.name() + " <--> store-" + store + "[(" + store + ")]"));
        }
    }
}
