package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.Zone;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "\u00a0",
                "\u200b\u200b",
                "\u2800",
                "\u3164",
                "\u200d",
                "car\0",
                "car\nlorry",
                "\u202egnp.rac",
                "c\u00adar",
                "car\u2028",
                "\ue000",
                "\ufeffcar",
                "\ud800"
            })
    void aQueryThatCannotBeSeenIsRefused(String text) {
        assertThat(Definitions.check(query(text))).extracting(Problem::field).containsOnly("text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "person",
                "  person  ",
                "<b>car</b>",
                "=cmd|' /C calc'!A0",
                "e\u0301tage",
                "卡车",
                "مرحبا",
                "می\u200cخواهم",
                "👨\u200d👩\u200d👧",
                "a\u00a0person"
            })
    void whatCanBeSeenIsTaken(String text) {
        assertThat(Definitions.check(query(text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'  person  ', person", "'a\u00a0\u2003person', a person", "'e\u0301tage', étage"})
    void aTextIsKeptComposedAndWithoutSpaceAroundIt(String text, String kept) {
        assertThat(VisibleText.normalized(text)).isEqualTo(kept);
    }

    @Test
    void saysWhichCharacterAndWhere() {
        assertThat(VisibleText.problem("car\u202e"))
                .contains("has an invisible character (U+202E) at character 4; remove it");
        assertThat(VisibleText.problem("car\0")).contains("has a control character (U+0000) at character 4; remove it");
    }

    @ParameterizedTest
    @CsvSource({
        "person, PERSON",
        "person, '  person '",
        "étage, e\u0301tage",
        "person, ｐｅｒｓｏｎ",
        "fire, ﬁre",
        "2 cars, ２\u3000cars"
    })
    void textsThatLookTheSameMeanTheSame(String one, String other) {
        assertThat(VisibleText.same(one, other)).isTrue();
    }

    @Test
    void aCharacterThatWasLostInAnEncodingIsNamedAsThat() {
        assertThat(VisibleText.problem("caf\ufffd"))
                .hasValueSatisfying(
                        problem -> assertThat(problem).contains("character 4", "wrong encoding", "LC_ALL=C.UTF-8"));
    }

    /** Names, addresses and phrases of every definition. */
    @Test
    void everyTextOfEveryDefinitionIsHeldToTheSame() {
        for (String hidden : List.of("a\u200bb", "a\u202eb", "a\0b", "a\nb", "a\ufffdb", "a\u2066b")) {
            assertThat(fields(Definitions.check(query("car").toBuilder()
                            .addSynonyms(hidden)
                            .addNegatives(hidden + "x")
                            .addCameras(hidden)
                            .setId(hidden)
                            .build())))
                    .containsExactlyInAnyOrder("id", "synonyms", "negatives", "cameras");
            Camera camera = camera(Zone.Kind.AREA, "0 0 1 0 1 1");
            assertThat(fields(Definitions.check(camera.toBuilder()
                            .setName(hidden)
                            .setUrl("rtsp://host/" + hidden)
                            .setTimeZone(hidden)
                            .setCredentials(hidden)
                            .setZones(0, camera.getZones(0).toBuilder().setName(hidden))
                            .build())))
                    .containsExactlyInAnyOrder("name", "url", "timeZone", "credentials", "zones[0].name");
            assertThat(fields(Definitions.check(Rule.newBuilder()
                            .setId("r")
                            .setName(hidden)
                            .setExpression("car > 1 % and " + hidden)
                            .setZone(hidden)
                            .build())))
                    .containsExactlyInAnyOrder("name", "expression", "zone");
            assertThat(fields(Definitions.check(Webhook.newBuilder()
                            .setId("w")
                            .setName(hidden)
                            .setUrl("https://host/" + hidden)
                            .addRules(hidden)
                            .build())))
                    .containsExactlyInAnyOrder("name", "url", "rules");
            assertThat(fields(Definitions.check(WebhookReplay.newBuilder()
                            .setId(hidden)
                            .setWebhook(hidden)
                            .build())))
                    .containsExactlyInAnyOrder("id", "webhook");
            assertThat(fields(Definitions.check(
                            Prompt.newBuilder().setId(hidden).setCamera(hidden).build())))
                    .contains("id", "camera");
        }
    }

    private static List<String> fields(List<Problem> problems) {
        return problems.stream().map(Problem::field).distinct().toList();
    }

    @Test
    void aQueryAgainstItselfIsRefused() {
        Query query = query("Car").toBuilder()
                .addSynonyms("auto")
                .addNegatives("bus")
                .addNegatives(" car")
                .addNegatives("AUTO")
                .build();
        assertThat(Definitions.check(query)).extracting(Problem::field).containsExactly("negatives[1]", "negatives[2]");
    }

    @ParameterizedTest
    @CsvSource({
        "'0.1 0.1 0.9 0.1 0.9 0.9 0.1 0.9', true",
        "'0.1 0.1 0.1 0.9 0.9 0.9 0.9 0.1', true",
        "'0.1 0.1 0.9 0.9 0.9 0.1 0.1 0.9', true",
        "'0.5 0.1 0.5001 0.1 0.5001 0.9 0.5 0.9', true",
        "'0.1 0.1 0.9 0.1 0.9 0.9 0.5 0.9 0.5 0.99 0.5 0.9 0.1 0.9', true",
        "'0.1 0.1 0.5 0.5 0.9 0.9', false",
        "'0.5 0.5 0.5 0.5 0.5 0.5', false",
        "'0.2 0.2 0.8 0.8 0.2 0.2', false",
        "'0.1 0.1 0.9 0.1 0.9 0.9 0.9 0.1', false",
        "'0.1 0.1 0.9 0.1 0.9 0.9 0.5 0.5 0.9 0.9 0.9 0.1', false"
    })
    void aZoneNeedsAnArea(String points, boolean taken) {
        assertThat(Definitions.check(camera(Zone.Kind.AREA, points)).isEmpty()).isEqualTo(taken);
    }

    @Test
    void aLineNeedsALength() {
        assertThat(Definitions.check(camera(Zone.Kind.LINE, "0.1 0.1 0.9 0.1"))).isEmpty();
        assertThat(Definitions.check(camera(Zone.Kind.LINE, "0.5 0.5 0.5 0.5")))
                .extracting(Problem::field)
                .containsExactly("zones[0].rings");
    }

    private static Query query(String text) {
        return Query.newBuilder().setId("q").setText(text).build();
    }

    private static Camera camera(Zone.Kind kind, String points) {
        Ring.Builder ring = Ring.newBuilder();
        List<String> numbers = List.of(points.split(" "));
        for (int i = 0; i < numbers.size(); i += 2) {
            ring.addPoints(Point.newBuilder()
                    .setX(Float.parseFloat(numbers.get(i)))
                    .setY(Float.parseFloat(numbers.get(i + 1))));
        }
        return Camera.newBuilder()
                .setId("door")
                .setUrl("rtsp://host/s")
                .addZones(Zone.newBuilder().setId("z").setKind(kind).addRings(ring))
                .build();
    }
}
