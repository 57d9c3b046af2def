package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

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
        return SchemaLines.of(List.of(
                Geometry.getDescriptor(),
                io.segwatch.v1.Definitions.getDescriptor(),
                Facts.getDescriptor(),
                Deliveries.getDescriptor(),
                AccessRecords.getDescriptor(),
                SealedSecret.getDescriptor().getFile(),
                SearchRequest.getDescriptor().getFile()));
    }
}
