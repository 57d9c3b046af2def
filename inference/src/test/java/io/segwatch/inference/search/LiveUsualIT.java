package io.segwatch.inference.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.PastRecords;
import io.segwatch.kafka.TestKafka;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Hours;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchMoment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What live queries know of a camera's hours, as Kafka has it. */
class LiveUsualIT {
    /** Eight in the evening in Berlin. */
    private static final Instant EVENING = Instant.parse("2026-11-27T19:00:00Z");

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    @BeforeAll
    static void define() throws Exception {
        send(
                Topic.QUERIES,
                "van",
                Query.newBuilder().setId("van").setText("white van").addSynonyms("delivery  van"));
        send(
                Topic.QUERIES,
                "off",
                Query.newBuilder().setId("off").setText("fog").setDisabled(true));
        send(
                Topic.QUERIES,
                "not",
                Query.newBuilder()
                        .setId("not")
                        .setText("smoke")
                        .addNegatives("fog")
                        .setThreshold(0.7));
        for (String camera : List.of("gate", "seldom")) {
            send(Topic.CAMERAS, camera, Camera.newBuilder().setId(camera).setTimeZone("Europe/Berlin"));
        }
        send(Topic.CAMERAS, "odd", Camera.newBuilder().setId("odd").setTimeZone("Nowhere/Land"));
        calibrate("gate", "", "van", 600);
        calibrate("gate", "drive", "van", 600);
        calibrate("gate", "", "off", 600);
        calibrate("gate", "", "not", 600);
        calibrate("seldom", "", "van", 20);
        calibrate("odd", "", "van", 600);
        calibrate("gone", "", "van", 600);
    }

    /** The evening's hour of two days before with 4 and 6 %, an hour of morning, and the evening's own with 90 %. */
    private static void calibrate(String camera, String zone, String query, int samples) throws Exception {
        Hours.Builder hours = Hours.newBuilder();
        add(hours, EVENING.minusSeconds(2 * 86_400), samples, 0.04f);
        add(hours, EVENING.minusSeconds(86_400), samples, 0.06f);
        add(hours, EVENING.minusSeconds(12 * 3_600), samples, 0.5f);
        add(hours, EVENING, samples, 0.9f);
        send(
                Topic.CALIBRATIONS,
                camera + "/" + zone + "/" + query,
                Calibration.newBuilder()
                        .setCamera(camera)
                        .setZone(zone)
                        .setQuery(query)
                        .setHours(hours));
    }

    private static void add(Hours.Builder hours, Instant from, int samples, float mean) {
        hours.addStartMinute((int) (from.getEpochSecond() / 60))
                .addSamples(samples)
                .addMean(mean)
                .addDeviation(0.02f);
    }

    private static void send(Topic<?> topic, String key, MessageLite.Builder value) throws Exception {
        KAFKA.producer()
                .send(new ProducerRecord<>(topic.topicName(), key, value.build().toByteArray()))
                .get();
    }

    private static Map<String, LiveUsual> usual(Query.Builder words, String zone) {
        try (PastRecords records = new PastRecords(KAFKA.kafka(), "test")) {
            return LiveUsual.of(records, words.build(), records.latest(Topic.CAMERAS), zone);
        }
    }

    private static Query.Builder van() {
        return Query.newBuilder().setText("Delivery van").addSynonyms("white van");
    }

    private static SearchMoment moment(Instant peak, double share) {
        return SearchMoment.newBuilder()
                .setPeakAtMs(peak.toEpochMilli())
                .setPeakShare(share)
                .build();
    }

    @Test
    void aMomentIsMeasuredByTheSameHourOfOtherDays() {
        LiveUsual gate = usual(van(), "").get("gate");
        // Mean 5 %; the deviation is that of the hours and the one between them.
        double deviation = Math.sqrt(0.02 * 0.02 + 0.01 * 0.01);
        assertThat(gate.deviations(moment(EVENING.plusSeconds(600), 0.25)).orElseThrow())
                .isCloseTo((0.25 - 0.05) / deviation, within(0.01));
    }

    @Test
    void anHourThatWasSeenOnThatDayAloneOrTooSeldomSaysNothing() {
        Map<String, LiveUsual> usual = usual(van(), "");
        Instant morning = EVENING.minusSeconds(12 * 3_600);
        assertThat(usual.get("gate").deviations(moment(morning.plusSeconds(60), 0.25)))
                .isEmpty();
        assertThat(usual.get("gate").deviations(moment(EVENING.plusSeconds(7_200), 0.25)))
                .isEmpty();
        assertThat(usual.get("seldom").deviations(moment(EVENING.plusSeconds(600), 0.25)))
                .isEmpty();
    }

    @Test
    void itIsKnownOfTheSameWordsInAnyOrderAndCaseAndOfNoOthers() {
        assertThat(usual(van(), "")).containsOnlyKeys("gate", "seldom", "odd");
        assertThat(usual(van(), "drive")).containsOnlyKeys("gate");
        assertThat(usual(van().clearSynonyms(), "")).isEmpty();
        assertThat(usual(van().addNegatives("truck"), "")).isEmpty();
        assertThat(usual(van().setThreshold(0.4), "")).isEmpty();
        assertThat(usual(Query.newBuilder().setText("smoke").addNegatives("fog").setThreshold(0.7), ""))
                .containsOnlyKeys("gate");
    }

    @Test
    void aQueryThatIsOffKnowsNothing() {
        assertThat(usual(Query.newBuilder().setText("fog"), "")).isEmpty();
    }

    @Test
    void hoursOfACameraWhoseTimeZoneIsUnknownAreOfUtc() {
        LiveUsual odd = usual(van(), "").get("odd");
        assertThat(odd.deviations(moment(EVENING.plusSeconds(600), 0.25))).isPresent();
    }
}
