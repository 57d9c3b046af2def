package io.segwatch.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/** The table of rights in docs/operations.md, which administrators follow by hand. */
final class KafkaRightsTable {
    /**
     * Something that a user of Kafka may do.
     *
     * @param name of what; with a star at its end, all that begins so
     */
    record Right(ResourceType type, String name, AclOperation operation) {
        boolean prefix() {
            return name.endsWith("*");
        }

        String literal() {
            return prefix() ? name.substring(0, name.length() - 1) : name;
        }
    }

    private KafkaRightsTable() {}

    /** By role, its rights; of the first row, too, which is for who creates the topics. */
    static Map<String, List<Right>> read() throws IOException {
        Map<String, List<Right>> rows = new TreeMap<>();
        boolean within = false;
        for (String line : Files.readAllLines(Path.of("../docs/operations.md"))) {
            within = line.startsWith("## ") ? line.equals("## Kafka rights") : within;
            String[] cells = line.split("\\|", -1);
            if (within
                    && cells.length == 8
                    && !cells[1].isBlank()
                    && !cells[1].contains("role")
                    && !cells[1].contains("--")) {
                rows.put(
                        cells[1].strip(),
                        rights(Stream.of(cells).skip(2).map(String::strip).toList()));
            }
        }
        return rows;
    }

    private static List<Right> rights(List<String> cells) {
        List<Right> rights = new ArrayList<>();
        rights.add(new Right(ResourceType.TOPIC, "segwatch.*", AclOperation.DESCRIBE));
        names(cells.get(0))
                .forEach(name -> rights.add(new Right(ResourceType.TOPIC, "segwatch." + name, AclOperation.READ)));
        names(cells.get(1))
                .forEach(name -> rights.add(new Right(ResourceType.TOPIC, "segwatch." + name, AclOperation.WRITE)));
        names(cells.get(2)).forEach(name -> rights.add(new Right(ResourceType.GROUP, name, AclOperation.READ)));
        names(cells.get(3))
                .forEach(name -> rights.add(new Right(ResourceType.TRANSACTIONAL_ID, name, AclOperation.WRITE)));
        names(cells.get(4)).forEach(name -> rights.add(new Right(ResourceType.TOPIC, name, AclOperation.CREATE)));
        return rights;
    }

    private static List<String> names(String cell) {
        return Stream.of(cell.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
