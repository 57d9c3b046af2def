package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Interval;
import io.segwatch.v1.Point;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Schedule;
import io.segwatch.v1.Zone;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleEngineTest {
    private static final long START = 1_700_000_000_000L;
    private static final Camera CAMERA = Camera.newBuilder()
            .setId("gate")
            .addZones(Zone.newBuilder()
                    .setId("door")
                    .setName("Door")
                    .addRings(Ring.newBuilder()
                            .addPoints(Point.newBuilder())
                            .addPoints(Point.newBuilder().setX(1))
                            .addPoints(Point.newBuilder().setX(1).setY(1))))
            .build();
    private static final CameraProcessor.Options OPTIONS = new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000);

    private final List<Alert> alerts = new ArrayList<>();
    private RuleEngine engine = new RuleEngine("gate", OPTIONS);
    private RulePlan plan;
    private long sequence;

    @Test
    void opensAfterTheDwellAndClosesAfterTheExitDwell() {
        watch(rule().setZone("door").setDwellMs(3_000).setExitDwellMs(1_000));

        at(0, 0.072);
        at(1_000, 0.072);
        at(2_900, 0.072);
        assertThat(alerts).isEmpty();
        at(3_000, 0.072);
        at(4_000, 0.01);
        at(4_900, 0.01);
        assertThat(states()).containsExactly("OPEN@3000");
        at(5_000, 0.01);

        assertThat(states()).containsExactly("OPEN@3000", "CLOSE@5000");
        assertThat(alerts.get(0).getReason()).isEqualTo("person covers 7.2 % of Door (trigger above 5.0 %) for 3.0 s");
        assertThat(alerts.get(1).getReason())
                .isEqualTo("person covers 1.0 % of Door (clear below 2.0 %) for 1.0 s; it was open for 2.0 s,"
                        + " peak 7.2 %");
        assertThat(alerts.get(1).getDurationMs()).isEqualTo(2_000);
        assertThat(alerts.get(1).getPeak()).isEqualTo(0.072);
        assertThat(alerts).extracting(Alert::getZone).containsOnly("door");
    }

    @Test
    void startsTheDwellAnewWhenTheConditionFailsOnce() {
        watch(rule().setDwellMs(1_000));

        at(0, 0.1);
        at(900, 0.04);
        at(1_000, 0.1);
        at(1_900, 0.1);
        assertThat(alerts).isEmpty();
        at(2_000, 0.1);

        assertThat(states()).containsExactly("OPEN@2000");
    }

    @Test
    void staysOpenBetweenTheThresholds() {
        watch(rule());

        at(0, 0.05);
        at(100, 0.03);
        at(200, 0.02);
        at(300, 0.049);
        at(400, 0.019);
        at(500, 0.049);

        assertThat(states()).containsExactly("OPEN@0", "CLOSE@400");
    }

    @Test
    void toleratesFlickerWithKOfN() {
        watch(rule().setK(3).setN(5));

        at(0, 0.1);
        at(100, 0);
        at(200, 0.1);
        assertThat(alerts).isEmpty();
        at(300, 0.1);
        at(400, 0);
        at(500, 0);
        assertThat(states()).containsExactly("OPEN@300", "CLOSE@500");
    }

    @Test
    void opensAtAFrameThatShowsWhatItIsAbout() {
        watch(rule().setK(2).setN(4).setDwellMs(300));

        at(0, 0.1);
        at(100, 0.1);
        at(200, 0.1);
        at(300, 0);
        at(400, 0);
        assertThat(alerts).isEmpty();
        at(500, 0.08);

        assertThat(states()).containsExactly("OPEN@500");
        assertThat(alerts.get(0).getValue()).isEqualTo(0.08);
        assertThat(alerts.get(0).getEvidence().getSequence()).isEqualTo(sequence - 1);
    }

    @Test
    void watchesForAbsence() {
        watch(rule().setBelow(true).setEnter(0.01).setExit(0.03).setDwellMs(1_000));

        at(0, 0.005);
        at(1_000, 0.008);
        at(2_000, 0.02);
        at(3_000, 0.002);
        at(9_000, 0.001);
        at(10_000, 0.031);

        assertThat(states()).containsExactly("OPEN@1000", "UPDATE@9000", "CLOSE@10000");
        assertThat(alerts.get(2).getPeak()).isEqualTo(0.001);
    }

    @Test
    void tellsOfANewPeakAtMostEveryFiveSeconds() {
        watch(rule());

        at(0, 0.1);
        at(1_000, 0.2);
        at(4_000, 0.3);
        at(5_000, 0.25);
        at(6_000, 0.26);
        at(9_000, 0.5);
        at(10_000, 0.4);
        at(16_000, 0.4);

        assertThat(states()).containsExactly("OPEN@0", "UPDATE@5000", "UPDATE@10000");
        assertThat(alerts).extracting(Alert::getPeak).containsExactly(0.1, 0.3, 0.5);
    }

    @Test
    void opensNoneDuringTheCooldown() {
        watch(rule().setCooldownMs(5_000));

        at(0, 0.1);
        at(100, 0);
        at(200, 0.1);
        at(5_099, 0.1);
        assertThat(states()).containsExactly("OPEN@0", "CLOSE@100");
        at(5_100, 0.1);

        assertThat(states()).containsExactly("OPEN@0", "CLOSE@100", "OPEN@5100");
    }

    @Test
    void closesWhenTheCameraFallsSilentAndSaysSo() {
        watch(rule());

        at(0, 0.1);
        engine.advance(START + 30_000, alerts::add);
        assertThat(states()).containsExactly("OPEN@0");
        engine.advance(START + 31_000, alerts::add);

        assertThat(states()).containsExactly("OPEN@0", "CLOSE@30000");
        assertThat(alerts.get(1).getReason()).startsWith("no frame answered the rule for 30.0 s");
    }

    @Test
    void closesAtTheSameTimeWhetherTheSilenceIsSeenByTheClockOrByTheNextFrame() {
        watch(rule());

        at(0, 0.1);
        at(60_000, 0.1);

        assertThat(states()).containsExactly("OPEN@0", "CLOSE@30000", "OPEN@60000");
    }

    @Test
    void countsNoSilenceTowardsTheDwell() {
        watch(rule().setDwellMs(40_000));

        at(0, 0.1);
        at(41_000, 0.1);

        assertThat(alerts).isEmpty();
    }

    @Test
    void takesAFrameWithoutTheQueryForNoAnswer() {
        watch(rule().setBelow(true).setEnter(0.01).setExit(0.03));

        at(0, Double.NaN);

        assertThat(alerts).isEmpty();
    }

    @Test
    void holdsBackWhatIsOverTheCapAndSumsItUp() {
        watch(rule().setMaxAlertsPerHour(2));

        for (int i = 0; i < 5; i++) {
            at(i * 2_000, 0.1);
            at(i * 2_000 + 1_000, 0);
        }
        at(3_599_000, 0);
        assertThat(states()).containsExactly("OPEN@0", "CLOSE@1000", "OPEN@2000", "CLOSE@3000");
        at(3_600_000, 0.1);

        assertThat(states().subList(4, 6)).containsExactly("DIGEST@3600000", "OPEN@3600000");
        assertThat(alerts.get(4).getHeldBack()).isEqualTo(3);
        assertThat(alerts.get(4).getReason())
                .isEqualTo("3 further alerts were held back within an hour (at most 2 are sent)");
    }

    @Test
    void isArmedByTheLocalClockThroughDaylightSaving() {
        // Clocks go from 02:00 to 03:00 on 2026-03-29 in Berlin; that night's interval is an hour shorter.
        watch(rule().setSchedule(Schedule.newBuilder()
                .setTimeZone("Europe/Berlin")
                .addIntervals(
                        Interval.newBuilder().addDays(6).setStartMinute(22 * 60).setEndMinute(6 * 60))));

        for (String time :
                List.of("2026-03-28T21:59:50", "2026-03-28T22:00:00", "2026-03-29T05:59:50", "2026-03-29T06:00:00")) {
            long at = ZonedDateTime.parse(time + (time.contains("28T") ? "+01:00" : "+02:00"))
                    .toInstant()
                    .toEpochMilli();
            engine.frame(at, frame(), signals(0.1), alerts::add);
            alerts.add(Alert.newBuilder().setId(time).build());
        }

        assertThat(alerts.stream()
                        .map(alert -> alert.getState() == Alert.State.STATE_UNSPECIFIED
                                ? alert.getId().substring(8)
                                : alert.getState().name()))
                .containsExactly(
                        "28T21:59:50", "OPEN", "28T22:00:00", "CLOSE", "OPEN", "29T05:59:50", "CLOSE", "29T06:00:00");
        assertThat(alerts.get(6).getReason()).startsWith("the rule's schedule has ended");
    }

    @Test
    void belongsAfterMidnightToTheDayOnWhichTheIntervalStarted() {
        // 2026-11-23 is a Monday.
        assertThat(armed("2026-11-23T00:30:00Z")).isFalse();
        assertThat(armed("2026-11-23T22:30:00Z")).isTrue();
        assertThat(armed("2026-11-24T00:30:00Z")).isTrue();
        assertThat(armed("2026-11-24T01:00:00Z")).isFalse();
        assertThat(armed("2026-11-24T22:30:00Z")).isFalse();
    }

    @Test
    void closesTheAlertOfARuleThatIsChangedOrRemoved() {
        watch(rule());
        at(0, 0.1);
        watch(rule().setName("another name"));
        assertThat(states()).containsExactly("OPEN@0");
        watch(rule().setEnter(0.06));
        assertThat(states()).containsExactly("OPEN@0", "CLOSE@0");
        assertThat(alerts.get(1).getReason()).startsWith("the rule was changed");
        at(1_000, 0.1);
        plan = new RulePlan("gate", new Zones(CAMERA), List.of(), id -> id);
        engine.update(plan, alerts::add);

        assertThat(alerts.get(3).getReason()).startsWith("the rule was removed");
        assertThat(engine.isIdle()).isTrue();
    }

    @Test
    void leavesOutRulesThatAreDisabledElsewhereOrOnAMissingZone() {
        List<Rule> rules = List.of(
                rule().setId("a").setDisabled(true).build(),
                rule().setId("b").addCameras("other").build(),
                rule().setId("c").setZone("nowhere").build());

        assertThat(new RulePlan("gate", new Zones(CAMERA), rules, id -> id).rules())
                .isEmpty();
    }

    @Test
    void comparesThePeakProbabilityWhenAsked() {
        watch(rule().setMeasure(Rule.Measure.PEAK_PROBABILITY).setEnter(0.7).setExit(0.6));

        assertThat(plan.signals()).containsExactly(new Signal(0, "person", Rule.Measure.PEAK_PROBABILITY, 0));
        at(0, 0.83);

        assertThat(alerts.get(0).getReason())
                .isEqualTo("person has a peak confidence of 83.0 % (trigger above 70.0 %) for 0.0 s");
    }

    @Test
    void evaluatesExpressionsWithAMarginWhileOpen() {
        watch(Rule.newBuilder().setId("r").setExpression("person > 2 % and not forklift > 1 % and dwell 1 s"));
        Map<String, Double> both = Map.of("person", 0.021, "forklift", 0.005);

        at(0, both);
        at(1_000, both);
        at(2_000, Map.of("person", 0.017, "forklift", 0.012));
        at(3_000, Map.of("person", 0.017, "forklift", 0.0126));

        assertThat(states()).containsExactly("OPEN@1000", "CLOSE@3000");
        assertThat(alerts.get(0).getReason())
                .isEqualTo("forklift 0.5 %, person 2.1 % in the picture meets \"person > 2 % and not forklift > 1 %"
                        + " and dwell 1 s\" for 1.0 s");
        assertThat(alerts.get(0).getValue()).isEqualTo(0.021);
    }

    @Test
    void comparesABareQueryOfAnExpressionWithTheRulesThresholds() {
        watch(rule().clearQuery().setExpression("person and not forklift"));

        at(0, Map.of("person", 0.06, "forklift", 0.03));
        at(100, Map.of("person", 0.06, "forklift", 0.01));
        at(200, Map.of("person", 0.03, "forklift", 0.04));
        at(300, Map.of("person", 0.03, "forklift", 0.05));

        assertThat(states()).containsExactly("OPEN@100", "CLOSE@300");
    }

    @Test
    void comparesRatiosSumsAndAlternatives() {
        watch(Rule.newBuilder().setId("r").setExpression("person / helmet > 2 or car + bus >= 0.5"));

        at(0, Map.of("person", 0.2, "helmet", 0.1, "car", 0.1, "bus", 0.1));
        assertThat(alerts).isEmpty();
        at(100, Map.of("person", 0.2, "helmet", 0.0, "car", 0.0, "bus", 0.0));
        at(200, Map.of("person", 0.0, "helmet", 0.0, "car", 0.0, "bus", 0.0));
        at(300, Map.of("person", 0.0, "helmet", 0.0, "car", 0.3, "bus", 0.2));

        assertThat(states()).containsExactly("OPEN@100", "CLOSE@200", "OPEN@300");
    }

    @Test
    void opensOnAChangeAgainstTheUsualAndTellsItBesideTheShare() {
        watch(rule().setMeasure(Rule.Measure.CHANGE).setEnter(3).setExit(1.5));
        assertThat(plan.signals())
                .containsExactly(
                        new Signal(0, "person", Rule.Measure.CHANGE, 0),
                        new Signal(0, "person", Rule.Measure.SHARE, 0));

        engine.frame(START, frame(), new double[] {Double.NaN, 0.5}, alerts::add);
        assertThat(alerts).isEmpty();
        engine.frame(START + 100, frame(), new double[] {4.25, 0.12}, alerts::add);
        engine.frame(START + 200, frame(), new double[] {1.6, 0.06}, alerts::add);
        engine.frame(START + 300, frame(), new double[] {1.4, 0.05}, alerts::add);

        assertThat(states()).containsExactly("OPEN@100", "CLOSE@300");
        assertThat(alerts.get(0).getReason())
                .isEqualTo("person covers 12.0 % of the picture, 4.3 standard deviations above its hourly baseline"
                        + " (trigger above 3.0 standard deviations) for 0.0 s");
        assertThat(alerts.get(1).getReason()).endsWith("peak 4.3 standard deviations");
    }

    @Test
    void opensOnLessThanUsual() {
        watch(rule().setMeasure(Rule.Measure.CHANGE).setBelow(true).setEnter(-2).setExit(-1));

        engine.frame(START, frame(), new double[] {-1.9, 0.02}, alerts::add);
        engine.frame(START + 100, frame(), new double[] {-2.5, 0}, alerts::add);
        engine.frame(START + 200, frame(), new double[] {-0.5, 0.05}, alerts::add);

        assertThat(states()).containsExactly("OPEN@100", "CLOSE@200");
        assertThat(alerts.get(0).getReason()).contains("2.5 standard deviations below its hourly baseline");
    }

    @Test
    void holdsAChangeUnderANegativeThresholdWithAMargin() {
        watch(Rule.newBuilder().setId("r").setExpression("change(person) < -2.5 and person < 10 %"));

        engine.frame(START, frame(), new double[] {-2.6, 0.05}, alerts::add);
        engine.frame(START + 100, frame(), new double[] {-2.1, 0.05}, alerts::add);
        engine.frame(START + 200, frame(), new double[] {-1.9, 0.05}, alerts::add);

        assertThat(states()).containsExactly("OPEN@0", "CLOSE@200");
        assertThat(alerts.get(0).getReason())
                .startsWith("change of person -2.6 standard deviations, person 5.0 % in the picture meets");
    }

    @Test
    void keepsItsLocalHoursWhenClocksGoBack() {
        // On 2026-10-25 the hour from 02:00 comes twice in Berlin: from 01:00 to 04:00 are four hours.
        ArmedSchedule armed = new ArmedSchedule(Schedule.newBuilder()
                .setTimeZone("Europe/Berlin")
                .addIntervals(Interval.newBuilder().setStartMinute(60).setEndMinute(4 * 60))
                .build());
        long midnight =
                ZonedDateTime.parse("2026-10-25T00:00+02:00").toInstant().toEpochMilli();
        long minutes = java.util.stream.LongStream.range(0, 25 * 60)
                .filter(minute -> armed.at(midnight + minute * 60_000))
                .count();

        assertThat(minutes).isEqualTo(4 * 60);
    }

    @Test
    void givesTheSameIdsForTheSameFramesAndOthersForOthers() {
        watch(rule());
        at(0, 0.1);
        at(100, 0);
        at(200, 0.1);
        List<Alert> first = List.copyOf(alerts);
        alerts.clear();
        engine = new RuleEngine("gate", OPTIONS);
        sequence = 0;
        watch(rule());
        at(0, 0.1);
        at(100, 0);
        at(200, 0.1);

        assertThat(alerts).isEqualTo(first);
        assertThat(alerts.get(0).getId()).isEqualTo(alerts.get(1).getId()).hasSize(32);
        assertThat(alerts.get(2).getId()).isNotEqualTo(alerts.get(0).getId());
        assertThat(alerts.get(2).getEvidence().getSequence()).isEqualTo(2);
    }

    @Test
    void tellsTheFramesOfItsOpeningItsPeakAndItsEndAndWhenTheyWereTaken() {
        watch(rule());
        at(0, 0.1);
        at(100, 0.3);
        at(200, 0.2);
        at(300, 0);

        Alert opened = alerts.get(0);
        assertThat(opened.getPeakFrame()).isEqualTo(opened.getEvidence());
        assertThat(opened.getPeakAtMs()).isEqualTo(START);
        Alert closed = alerts.get(alerts.size() - 1);
        assertThat(closed.getState()).isEqualTo(Alert.State.CLOSE);
        assertThat(closed.getPeakFrame().getSequence()).isEqualTo(1);
        assertThat(closed.getPeakAtMs()).isEqualTo(START + 100);
        assertThat(closed.getEvidence().getSequence()).isEqualTo(3);
        assertThat(closed.getEvidenceAtMs()).isEqualTo(START + 300);
    }

    @Test
    void goesOnFromWhatItSavedAfterEveryFrame() throws IOException {
        Rule.Builder rule = rule().setDwellMs(200)
                .setExitDwellMs(200)
                .setK(2)
                .setN(3)
                .setCooldownMs(700)
                .setMaxAlertsPerHour(2);
        double[] values = new java.util.Random(3).doubles(600, 0, 0.1).toArray();
        watch(rule);
        for (int i = 0; i < values.length; i++) {
            at(i * 100L, values[i / 5 * 5]);
        }
        List<Alert> undisturbed = List.copyOf(alerts);
        alerts.clear();
        sequence = 0;
        engine = new RuleEngine("gate", OPTIONS);
        watch(rule);
        SavedState saved = new SavedState();
        for (int i = 0; i < values.length; i++) {
            at(i * 100L, values[i / 5 * 5]);
            engine.saveChanges(saved);
            engine = new RuleEngine("gate", OPTIONS);
            saved.loadInto((key, state) -> engine.load(state));
            watch(rule);
        }

        assertThat(alerts).isEqualTo(undisturbed).hasSizeGreaterThan(3);
    }

    private boolean armed(String time) {
        return new ArmedSchedule(Schedule.newBuilder()
                        .setTimeZone("UTC")
                        .addIntervals(Interval.newBuilder()
                                .addDays(1)
                                .setStartMinute(22 * 60)
                                .setEndMinute(60))
                        .build())
                .at(ZonedDateTime.parse(time).toInstant().toEpochMilli());
    }

    private static Rule.Builder rule() {
        return Rule.newBuilder().setId("r").setQuery("person").setEnter(0.05).setExit(0.02);
    }

    private void watch(Rule.Builder rule) {
        plan = new RulePlan("gate", new Zones(CAMERA), List.of(rule.build()), id -> id);
        engine.update(plan, alerts::add);
    }

    private void at(long ms, double person) {
        at(ms, Map.of("person", person));
    }

    private void at(long ms, Map<String, Double> values) {
        double[] signals = plan.signals().stream()
                .mapToDouble(signal -> values.getOrDefault(signal.query(), Double.NaN))
                .toArray();
        engine.frame(START + ms, frame(), signals, alerts::add);
    }

    private double[] signals(double value) {
        return new double[] {value};
    }

    private FrameId frame() {
        return FrameId.newBuilder()
                .setCamera("gate")
                .setEpoch(1)
                .setSequence(sequence++)
                .build();
    }

    private List<String> states() {
        return alerts.stream()
                .map(alert -> alert.getState() + "@" + (alert.getAtMs() - START))
                .toList();
    }
}
