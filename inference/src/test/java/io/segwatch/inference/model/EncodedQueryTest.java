package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.inference.ModelFolder;
import io.segwatch.inference.TinyModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the tiny model's background: 0 person, 1 car, 2 road, 3 sky, 4 tree, 5 wall. */
class EncodedQueryTest {
    private static final SegmentationModel MODEL = TinyModel.shared();

    @Test
    void anEntryOfTheSameNameIsExcluded() {
        assertThat(EncodedQuery.of(MODEL, "q", List.of("car"), List.of()).excluded())
                .contains(1);
    }

    @Test
    void caseAndSpacesAroundAWordDoNotMatter() {
        EncodedQuery query = EncodedQuery.of(MODEL, "q", List.of("  SKY "), List.of());
        assertThat(query.excluded()).contains(3);
        assertThat(query.phrases()).containsExactly(MODEL.background()[3]);
    }

    @Test
    void anEntryWithTheWordAsAnAliasIsExcluded() {
        assertThat(EncodedQuery.of(MODEL, "q", List.of("pedestrian"), List.of()).excluded())
                .contains(0);
    }

    @Test
    void aWordThatAnEntryListsFindsWhatTheEntryFinds() {
        EncodedQuery query = EncodedQuery.of(MODEL, "q", List.of("pedestrian"), List.of());
        assertThat(query.phrases()).containsExactly(MODEL.background()[0]);
    }

    @Test
    void aWordThatNoEntryListsIsAskedForBesideOneThatIsListed() {
        EncodedQuery query = EncodedQuery.of(MODEL, "q", List.of("pedestrian", "giraffe"), List.of());
        assertThat(query.phrases())
                .containsExactly(MODEL.encodeText(List.of("giraffe")).get(0), MODEL.background()[0]);
    }

    @Test
    void aSynonymExcludesItsEntryToo() {
        assertThat(EncodedQuery.of(MODEL, "q", List.of("delivery", "automobile"), List.of())
                        .excluded())
                .contains(1);
    }

    @Test
    void asRivalsAnEntryBelongsToTheQueryThatNamesItOutright() {
        // The tiny model's entry "person" has the alias "pedestrian".
        EncodedQuery alias = EncodedQuery.of(MODEL, "alias", List.of("pedestrian"), List.of());
        EncodedQuery name = EncodedQuery.of(MODEL, "name", List.of("Person"), List.of());
        List<EncodedQuery> apart = EncodedQuery.apart(List.of(alias, name), MODEL.background());
        assertThat(apart.get(0).excluded()).doesNotContain(0);
        assertThat(apart.get(0).phrases())
                .containsExactly(MODEL.encodeText(List.of("pedestrian")).get(0));
        assertThat(apart.get(1)).isEqualTo(name);
        assertThat(EncodedQuery.apart(List.of(alias), MODEL.background())).containsExactly(alias);
    }

    @Test
    void aNegativeWordExcludesNothing() {
        List<Integer> without =
                EncodedQuery.of(MODEL, "q", List.of("delivery"), List.of()).excluded();
        EncodedQuery with = EncodedQuery.of(MODEL, "q", List.of("delivery"), List.of("tree"));
        assertThat(with.excluded()).isEqualTo(without);
        assertThat(with.negatives()).hasSize(1);
    }

    @Test
    void anEntryNearerThanTheModelsCosineIsExcludedThoughItsNameIsAnother(@TempDir Path folder) throws Exception {
        ModelFolder spoiled = ModelFolder.copyTo(folder);
        ByteBuffer rows = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("background.f32")))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] giraffe = MODEL.encodeText(List.of("giraffe")).get(0);
        rows.asFloatBuffer().put(5 * giraffe.length, giraffe);
        spoiled.replace("background.f32", rows.array()).set("synonym_cosine", 0.999);
        try (SegmentationModel model = SegmentationModel.load(spoiled.path(), "cpu", 1)) {
            assertThat(EncodedQuery.of(model, "q", List.of("giraffe"), List.of())
                            .excluded())
                    .containsExactly(5);
        }
    }

    @Test
    void aPhraseIsAUnitVectorForEachWord() {
        EncodedQuery query = EncodedQuery.of(MODEL, "q", List.of("giraffe", "delivery"), List.of("bus"));
        assertThat(query.phrases()).hasSize(2);
        for (float[] row : query.phrases()) {
            assertThat(Vectors.dot(row, row)).isBetween(0.999, 1.001);
        }
    }
}
