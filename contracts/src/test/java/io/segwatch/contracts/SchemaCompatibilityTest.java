package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.segwatch.v1.AccessRecords;
import io.segwatch.v1.Deliveries;
import io.segwatch.v1.Facts;
import io.segwatch.v1.Geometry;
import io.segwatch.v1.SealedSecret;
import io.segwatch.v1.SearchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Records in Kafka outlive the code that wrote them. Every field that was ever released is listed in schema.txt: it may
 * not change its number or type, nor go. A new field is added to the list with the change that brings it.
 */
class SchemaCompatibilityTest {
    private static final Path RELEASED = Path.of("src/test/resources/schema.txt");

    @Test
    void everyReleasedFieldIsStillThereWithItsNumberAndType() throws IOException {
        assertThat(current()).containsAll(Files.readAllLines(RELEASED));
    }

    @Test
    void everyFieldIsListedAsReleased() throws IOException {
        assertThat(Files.readAllLines(RELEASED)).containsAll(current());
    }

    private static List<String> current() {
        TreeSet<String> lines = new TreeSet<>();
        for (FileDescriptor file : List.of(
                Geometry.getDescriptor(),
                io.segwatch.v1.Definitions.getDescriptor(),
                Facts.getDescriptor(),
                Deliveries.getDescriptor(),
                AccessRecords.getDescriptor(),
                SealedSecret.getDescriptor().getFile(),
                SearchRequest.getDescriptor().getFile())) {
            file.getMessageTypes().forEach(message -> list(message, lines));
        }
        return List.copyOf(lines);
    }

    private static void list(Descriptor message, TreeSet<String> lines) {
        for (FieldDescriptor field : message.getFields()) {
            lines.add(message.getName() + " " + field.getNumber() + " " + field.getName() + " " + type(field));
        }
        for (EnumDescriptor enumeration : message.getEnumTypes()) {
            enumeration
                    .getValues()
                    .forEach(value -> lines.add(message.getName() + "." + enumeration.getName() + " "
                            + value.getNumber() + " " + value.getName()));
        }
        message.getNestedTypes().forEach(nested -> list(nested, lines));
    }

    private static String type(FieldDescriptor field) {
        String name = switch (field.getType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> field.getEnumType().getName();
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
        return field.isRepeated() ? "repeated " + name : name;
    }
}
