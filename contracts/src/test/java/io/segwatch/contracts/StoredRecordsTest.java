package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What earlier versions left in Kafka means the same to this one, and a definition that was valid is valid. A line of
 * stored/records.txt is a topic, a key, a record's bytes as its version wrote them, and what it meant by them; lines
 * are added, and never changed. With {@code -Dsegwatch.stored=write} records of topics that have none are added.
 */
class StoredRecordsTest {
    private static final Path STORED = Path.of("src/test/resources/stored/records.txt");

    /** A line. */
    record Stored(String topic, String key, String hex, String meaning) {
        @Override
        public String toString() {
            return topic + " " + key;
        }
    }

    @ParameterizedTest
    @MethodSource("stored")
    void aRecordMeansWhatItsVersionMeant(Stored record) throws IOException {
        Topic<?> topic = topic(record.topic());
        Message read = (Message) topic.parse(HexFormat.of().parseHex(record.hex()));
        assertThat(text(read)).isEqualTo(record.meaning());
    }

    @ParameterizedTest
    @MethodSource("stored")
    void aDefinitionThatWasValidIsValid(Stored record) {
        assertThat(problems(topic(record.topic()), record)).isEmpty();
    }

    @Test
    void ofEveryTopicARecordIsStored() throws IOException {
        Set<String> stored = stored().map(Stored::topic).collect(Collectors.toSet());
        List<Topic<?>> without = Topic.all().stream()
                .filter(topic -> !topic.isJson() && !stored.contains(topic.topicName()))
                .toList();
        if ("write".equals(System.getProperty("segwatch.stored"))) {
            Files.createDirectories(STORED.getParent());
            List<String> lines = new ArrayList<>(lines());
            for (Topic<?> topic : without) {
                lines.addAll(examples(topic));
            }
            Files.write(STORED, lines);
        } else {
            assertThat(without)
                    .as("topics without a stored record; add them with -Dsegwatch.stored=write")
                    .isEmpty();
        }
    }

    private static List<String> examples(Topic<?> topic) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String example : ExampleRecords.of(topic)) {
            int bar = example.indexOf('|');
            Message message = ExampleRecords.message(topic, example.substring(bar + 1));
            lines.add(String.join(
                    "\t",
                    topic.topicName(),
                    example.substring(0, bar),
                    HexFormat.of().formatHex(message.toByteArray()),
                    text(message)));
        }
        return lines;
    }

    private static String text(Message message) {
        return TextFormat.printer().emittingSingleLine(true).printToString(message);
    }

    private static <T extends MessageLite> List<Problem> problems(Topic<T> topic, Stored record) {
        return topic.problems(record.key(), topic.parse(HexFormat.of().parseHex(record.hex())));
    }

    private static Topic<?> topic(String name) {
        return Topic.all().stream()
                .filter(topic -> topic.topicName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is a topic no more; its records are lost"));
    }

    private static List<String> lines() throws IOException {
        return Files.exists(STORED) ? Files.readAllLines(STORED) : List.of();
    }

    static Stream<Stored> stored() throws IOException {
        return lines().stream()
                .map(line -> line.split("\t"))
                .map(cells -> new Stored(cells[0], cells[1], cells[2], cells[3]));
    }
}
