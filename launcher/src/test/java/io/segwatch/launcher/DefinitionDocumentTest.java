package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Zone;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionDocumentTest {
    @Test
    void whatIsWrittenIsReadAgainAndIsOrderedById() throws IOException {
        DefinitionDocument document = new DefinitionDocument();
        document.of(DefinitionType.QUERIES)
                .put("van", Query.newBuilder().setId("van").setText("van").build());
        document.of(DefinitionType.QUERIES)
                .put("car", Query.newBuilder().setId("car").setText("Auto, 车").build());
        document.of(DefinitionType.CAMERAS)
                .put(
                        "door",
                        Camera.newBuilder()
                                .setId("door")
                                .setUrl("rtsp://10.0.0.7/x")
                                .addZones(Zone.newBuilder().setId("z").setVersion(7))
                                .build());
        String text = document.write();
        assertThat(text.indexOf("\"car\"")).isLessThan(text.indexOf("\"van\""));
        // The service counts versions itself.
        assertThat(text).startsWith("{\n  \"version\" : 1,").doesNotContain("\"version\" : 7");

        document.of(DefinitionType.CAMERAS).clear();
        DefinitionDocument again = DefinitionDocument.read(document.write());
        assertThat(again.problems()).isEmpty();
        assertThat(again.of(DefinitionType.QUERIES)).isEqualTo(document.of(DefinitionType.QUERIES));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'[{\"id\":\"a\",\n\"text\":\"\"}]'                        | line 3: queries[0].text",
                "'[{\"id\":\"a\",\"text\":\"a\"},\n{\"id\":\"a\",\"text\":\"b\"}]' | line 3: queries[1].id is a, as that of another",
                "'[{\"id\":\"a\",\"text\":\"a\",\n\n\"colour\":\"#fff\"}]'  | line 4: queries[0].colour is no field of a query",
                "'[{\"id\":\"a\",\"text\":\"a\",\n\"disabled\":\"x\"}]'     | line 3: queries[0].disabled cannot be read",
                "'[{\"id\":\"a\",\"text\":\"a\",\n\"text\":\"b\"}]'         | line 3: queries[0].text stands there twice",
                "'[7]'                                                     | line 2: queries[0] must be an object",
                "'{}'                                                      | line 2: queries must be a list",
                "'[],\n\"querys\":[]'                                      | line 3: querys is nothing that a document holds",
                "'[,]'                                                     | line 2: is no JSON",
                "'[{\"id\":\"a\",\"text\":\"a\",\n\"cameras\":[\"x\"]}]'     | line 3: queries[0].cameras[0] names the camera x",
            })
    void namesTheLineAndTheFieldOfWhatIsWrong(String queries, String problem) throws IOException {
        DefinitionDocument document = DefinitionDocument.read("{\"version\": 1,\n\"queries\": " + queries + "\n}");
        document.checkReferences(new DefinitionDocument());
        assertThat(document.problems()).singleElement().asString().startsWith(problem);
    }

    @Test
    void refusesWhatItWasNotMadeFor() throws IOException {
        for (String text :
                List.of("", "[]", "{}", "{\"version\": 2, \"queries\": []}", "null", "{\"version\": 1} {}")) {
            assertThat(DefinitionDocument.read(text).problems()).as(text).hasSize(1);
        }
    }
}
