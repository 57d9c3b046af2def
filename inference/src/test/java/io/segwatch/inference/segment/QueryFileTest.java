package io.segwatch.inference.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryFileTest {
    @TempDir
    Path folder;

    @Test
    void leavesOutTheByteOrderMarkCommentsAndLineEnds() throws Exception {
        Path file = Files.writeString(folder.resolve("q.txt"), "\ufeffperson\r\n# no query\r\n\r\nétage: floor\n");
        assertThat(QueryFile.read(file)).containsExactly("person", "étage: floor");
    }

    @Test
    void namesTheLineThatIsNotUtf8() throws Exception {
        Path file = Files.write(folder.resolve("q.txt"), "person\nétage\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> QueryFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("q.txt line 2 is not UTF-8");
    }
}
