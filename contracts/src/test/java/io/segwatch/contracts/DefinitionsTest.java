package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Alert;
import io.segwatch.v1.Box;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Interval;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Schedule;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.Zone;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionsTest {
    private static final Camera CAMERA = Camera.newBuilder()
            .setId("door")
            .setUrl("rtsp://192.168.1.20/stream1")
            .build();
    private static final Query QUERY =
            Query.newBuilder().setId("van").setText("delivery van").build();
    private static final Rule RULE = Rule.newBuilder()
            .setId("van-parks")
            .setQuery("van")
            .setEnter(0.05)
            .setExit(0.03)
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://host/stream",
                "rtsps://host:322/stream?profile=a",
                "https://host/live.m3u8",
                "file:/videos/door.mp4",
                "v4l2:/dev/video0"
            })
    void takesTheAddressesThatIngestCanGrab(String url) {
        assertThat(Definitions.check(CAMERA.toBuilder().setUrl(url).build())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://host/a", "door.mp4", "rtsp://ho st/", "rtsp://user:secret@host/"})
    void refusesOtherAddresses(String url) {
        assertThat(fields(Definitions.check(CAMERA.toBuilder().setUrl(url).build())))
                .containsExactly("url");
    }

    @Test
    void namesEveryFieldOfACameraThatIsWrong() {
        Camera camera = CAMERA.toBuilder()
                .setId("Door 1")
                .setName("x".repeat(101))
                .setTargetFps(Double.NaN)
                .setCredentials("Bad Name")
                .build();
        assertThat(fields(Definitions.check(camera)))
                .containsExactlyInAnyOrder("id", "name", "targetFps", "credentials");
    }

    private static List<String> streamProblems(String url, Camera.Stream.Builder stream) {
        return fields(Definitions.check(
                CAMERA.toBuilder().setUrl(url).setStream(stream).build()));
    }

    @Test
    void takesHowACameraIsRead() {
        assertThat(streamProblems(
                        "rtsp://10.0.0.1/a",
                        Camera.Stream.newBuilder()
                                .setTransport(Camera.Stream.Transport.UDP)
                                .setReadTimeoutMs(90_000)
                                .setAspect("16:9")
                                .putOptions("max_delay", "500000")
                                .putOptions("fflags", "+nobuffer+discardcorrupt")))
                .isEmpty();
        assertThat(streamProblems(
                        "http://10.0.0.1/snap.jpg",
                        Camera.Stream.newBuilder().setIntervalMs(30_000).setAspect("square")))
                .isEmpty();
    }

    @Test
    void namesEveryFieldOfHowACameraIsReadThatIsWrong() {
        Camera.Stream.Builder wrong = Camera.Stream.newBuilder()
                .setTransportValue(9)
                .setConnectTimeoutMs(99)
                .setReadTimeoutMs(3_600_001)
                .setIntervalMs(-1)
                .setDeinterlaceValue(9)
                .setAspect("16/9")
                .putOptions("probesize", "1e9")
                .putOptions("protocol_whitelist", "file");
        assertThat(streamProblems("http://10.0.0.1/", wrong))
                .containsExactlyInAnyOrder(
                        "stream.transport",
                        "stream.connectTimeoutMs",
                        "stream.readTimeoutMs",
                        "stream.intervalMs",
                        "stream.deinterlace",
                        "stream.aspect",
                        "stream.options.probesize",
                        "stream.options");
    }

    @Test
    void refusesSettingsThatMeanNothingToTheAddress() {
        Camera.Stream.Builder udp = Camera.Stream.newBuilder().setTransport(Camera.Stream.Transport.UDP);
        assertThat(streamProblems("rtsps://10.0.0.1/a", udp)).containsExactly("stream.transport");
        assertThat(streamProblems("file:/a.mp4", udp)).containsExactly("stream.transport");
        assertThat(streamProblems(
                        "rtsp://10.0.0.1/a",
                        Camera.Stream.newBuilder()
                                .setIntervalMs(1_000)
                                .putOptions("video_size", "640x480")
                                .putOptions("min_port", "6000")
                                .putOptions("max_port", "5000")))
                .containsExactlyInAnyOrder("stream.intervalMs", "stream.options.video_size", "stream.options.max_port");
    }

    @Test
    void refusesZonesThatLeaveThePictureOrHaveTooFewPoints() {
        Camera camera = CAMERA.toBuilder()
                .addZones(zone("a", Zone.Kind.AREA, 0, 0, 1, 0, 1, 1.2))
                .addZones(zone("b", Zone.Kind.AREA, 0, 0, 1, 1))
                .addZones(zone("b", Zone.Kind.LINE, 0, 0, 1, 1))
                .build();
        assertThat(fields(Definitions.check(camera)))
                .containsExactly("zones[0].rings", "zones[1].rings", "zones[2].id");
    }

    @Test
    void takesALineOfTwoPointsAndAPolygonWithAHole() {
        Zone hole = zone("yard", Zone.Kind.AREA, 0, 0, 1, 0, 1, 1).toBuilder()
                .addRings(ring(0.6, 0.2, 0.8, 0.2, 0.8, 0.4))
                .build();
        Camera camera = CAMERA.toBuilder()
                .addZones(hole)
                .addZones(zone("gate", Zone.Kind.LINE, 0, 0, 1, 1))
                .build();
        assertThat(Definitions.check(camera)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void refusesAnEmptyQuery(String text) {
        assertThat(fields(Definitions.check(QUERY.toBuilder().setText(text).build())))
                .containsExactly("text");
    }

    @Test
    void refusesAQueryOfTenThousandCharactersSayingTheLimit() {
        List<Problem> problems =
                Definitions.check(QUERY.toBuilder().setText("x".repeat(10_000)).build());
        assertThat(Problem.describe(problems)).isEqualTo("text: has 10000 characters, more than 200");
    }

    @Test
    void refusesEmptySynonymsAndColoursThatAreNone() {
        Query query = QUERY.toBuilder()
                .addSynonyms(" ")
                .addNegatives("x".repeat(201))
                .setColor("red")
                .addCameras("A")
                .build();
        assertThat(fields(Definitions.check(query)))
                .containsExactlyInAnyOrder("synonyms", "negatives", "color", "cameras");
    }

    @Test
    void takesARule() {
        assertThat(Definitions.check(RULE)).isEmpty();
    }

    @Test
    void refusesARuleWithBothOrNeitherOfQueryAndExpression() {
        assertThat(fields(Definitions.check(
                        RULE.toBuilder().setExpression("van > 1 %").build())))
                .containsExactly("query");
        assertThat(fields(Definitions.check(RULE.toBuilder().clearQuery().build())))
                .containsExactly("query");
    }

    @Test
    void refusesThresholdsThatWouldNeverCloseOrAlwaysHold() {
        assertThat(fields(Definitions.check(RULE.toBuilder().setExit(0.06).build())))
                .containsExactly("exit");
        assertThat(fields(Definitions.check(RULE.toBuilder().setBelow(true).build())))
                .containsExactly("exit");
        assertThat(fields(Definitions.check(
                        RULE.toBuilder().setEnter(0).setExit(0).build())))
                .containsExactly("enter");
        assertThat(fields(Definitions.check(RULE.toBuilder().setEnter(1.5).build())))
                .containsExactly("enter");
    }

    @ParameterizedTest
    @CsvSource({"3, 2", "0, 5", "1, 1001"})
    void refusesKOfNThatCannotBe(int k, int n) {
        assertThat(fields(Definitions.check(RULE.toBuilder().setK(k).setN(n).build())))
                .containsExactly("k");
    }

    @Test
    void refusesDurationsOverADayAndAlertsWithoutEnd() {
        Rule rule = RULE.toBuilder()
                .setDwellMs(90_000_000)
                .setCooldownMs(-1)
                .setMaxAlertsPerHour(4_000)
                .setMinComponent(2)
                .build();
        assertThat(fields(Definitions.check(rule)))
                .containsExactlyInAnyOrder("dwellMs", "cooldownMs", "maxAlertsPerHour", "minComponent");
    }

    @Test
    void aChangeAgainstTheUsualIsInDeviationsEitherWay() {
        Rule.Builder more = Rule.newBuilder()
                .setId("crowd")
                .setQuery("person")
                .setMeasure(Rule.Measure.CHANGE)
                .setEnter(3)
                .setExit(1.5);
        Rule.Builder less = more.clone().setBelow(true).setEnter(-3).setExit(-1);

        assertThat(Definitions.check(more.build())).isEmpty();
        assertThat(Definitions.check(less.build())).isEmpty();
        assertThat(Problem.describe(
                        Definitions.check(less.setEnter(3).setExit(4).build())))
                .contains("enter: must be under 0: give for example -3");
        assertThat(Problem.describe(Definitions.check(more.setEnter(101).build())))
                .contains("enter: is outside -100.0..100.0");
        assertThat(Problem.describe(
                        Definitions.check(more.setEnter(3).setMinComponent(0.1).build())))
                .contains("minComponent: must be 0 with the measure CHANGE");
    }

    @Test
    void refusesACamerasUnknownTimeZone() {
        Camera camera = Camera.newBuilder()
                .setId("door")
                .setUrl("file:/door.mp4")
                .setTimeZone("Europe/Atlantis")
                .build();

        assertThat(Problem.describe(Definitions.check(camera)))
                .isEqualTo("timeZone: is no time zone; give for example Europe/Berlin or UTC");
        assertThat(Definitions.check(
                        camera.toBuilder().setTimeZone("Europe/Berlin").build()))
                .isEmpty();
    }

    @Test
    void refusesASchedulesUnknownTimeZoneAndDays() {
        Schedule schedule = Schedule.newBuilder()
                .setTimeZone("Mars/Olympus")
                .addIntervals(Interval.newBuilder().addDays(8).setStartMinute(0).setEndMinute(60))
                .build();
        assertThat(fields(
                        Definitions.check(RULE.toBuilder().setSchedule(schedule).build())))
                .containsExactly("schedule.timeZone", "schedule.intervals");
    }

    @Test
    void takesAPromptWithAPointOrABox() {
        Prompt point = Prompt.newBuilder()
                .setId("p")
                .setCamera("door")
                .addPoints(PromptPoint.newBuilder()
                        .setAt(Point.newBuilder().setX(0.5).setY(1)))
                .build();
        Prompt box = point.toBuilder()
                .clearPoints()
                .setBox(Box.newBuilder().setX1(0.5).setY1(0.5))
                .build();
        assertThat(Definitions.check(point)).isEmpty();
        assertThat(Definitions.check(box)).isEmpty();
    }

    @Test
    void refusesAPromptThatIsEmptyOrLeavesThePicture() {
        Prompt empty = Prompt.newBuilder().setId("p").setCamera("door").build();
        Prompt outside = empty.toBuilder()
                .addPoints(PromptPoint.newBuilder().setAt(Point.newBuilder().setX(Double.NaN)))
                .setBox(Box.newBuilder().setX0(0.5).setX1(0.4).setY1(1))
                .build();
        assertThat(fields(Definitions.check(empty))).containsExactly("points");
        assertThat(fields(Definitions.check(outside))).containsExactly("points", "box");
    }

    private static Zone zone(String id, Zone.Kind kind, double... coordinates) {
        return Zone.newBuilder()
                .setId(id)
                .setKind(kind)
                .addRings(ring(coordinates))
                .build();
    }

    private static Ring ring(double... coordinates) {
        Ring.Builder ring = Ring.newBuilder();
        for (int i = 0; i < coordinates.length; i += 2) {
            ring.addPoints(Point.newBuilder().setX(coordinates[i]).setY(coordinates[i + 1]));
        }
        return ring.build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/alerts",
                "https://example.com:8443/a?b=c",
                "https://[2001:db8::1]/",
                "http://alert_receiver:8902/ok",
                "http://stack_service.example_net/ok",
                "HTTPS://x/"
            })
    void takesTheAddressesThatAlertsCanBePostedTo(String url) {
        assertThat(Definitions.check(webhook(url))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "ftp://example.com/",
                "file:/etc/passwd",
                "http:///alerts",
                "http://example.com:0/",
                "http://example.com:70000/",
                "http://a b/",
                "http://example.com/#part",
                "https://user:secret@example.com/",
                "https://user@example.com/"
            })
    void refusesOtherAddressesForAlerts(String url) {
        assertThat(fields(Definitions.check(webhook(url)))).containsExactly("url");
    }

    @Test
    void aWebhookMayNameTheBuiltInRuleOfAQuerysDrift() {
        Webhook webhook = webhook("https://example.com/").toBuilder()
                .addRules("drift:person")
                .build();
        assertThat(Definitions.check(webhook)).isEmpty();
        assertThat(fields(
                        Definitions.check(webhook.toBuilder().addRules("drift:").build())))
                .containsExactly("rules");
    }

    @Test
    void namesEveryFieldOfAWebhookThatIsWrong() {
        Webhook webhook = webhook("https://example.com/").toBuilder()
                .setId("A")
                .setName("x".repeat(101))
                .addRules("B")
                .addCameras("C")
                .addStates(Alert.State.STATE_UNSPECIFIED)
                .setFormatValue(7)
                .build();
        assertThat(fields(Definitions.check(webhook)))
                .containsExactlyInAnyOrder("id", "name", "rules", "cameras", "states", "format");
    }

    @Test
    void aReplayNeedsAWebhookAndASpan() {
        WebhookReplay replay = WebhookReplay.newBuilder()
                .setId("r")
                .setWebhook("desk")
                .setFromMs(1)
                .setToMs(1)
                .build();
        assertThat(Definitions.check(replay)).isEmpty();
        assertThat(fields(Definitions.check(replay.toBuilder()
                        .setWebhook("")
                        .setFromMs(2)
                        .setSourceValue(9)
                        .build())))
                .containsExactlyInAnyOrder("webhook", "fromMs", "source");
    }

    private static Webhook webhook(String url) {
        return Webhook.newBuilder().setId("desk").setUrl(url).build();
    }

    private static List<String> fields(List<Problem> problems) {
        return problems.stream().map(Problem::field).distinct().toList();
    }
}
