package io.segwatch.topology;

import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Camera;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What two cameras observed before and after an upgrade. At the upgrade two rules are open, others wait out a dwell, an
 * exit dwell, a cooldown or k of n frames, one is over its cap; windows of all lengths are open, a backfill too; and a
 * baseline was accepted.
 */
final class UpgradeRecord {
    private static final long START = 1_795_788_000_000L;
    private static final long SWITCH_MS = START + 900_000;

    private UpgradeRecord() {}

    static List<ProducerRecord<String, byte[]>> definitions() {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        Ring left = Ring.newBuilder()
                .addPoints(Point.newBuilder())
                .addPoints(Point.newBuilder().setX(0.45).setY(0.05))
                .addPoints(Point.newBuilder().setX(0.6).setY(1))
                .build();
        Zone zone = Zone.newBuilder()
                .setId("left")
                .setName("Left")
                .setVersion(3)
                .addRings(left)
                .build();
        for (String id : List.of("gate", "yard")) {
            Camera camera = Camera.newBuilder()
                    .setId(id)
                    .setUrl("file:/" + id + ".mp4")
                    .addZones(zone)
                    .build();
            records.add(new ProducerRecord<>(Topic.CAMERAS.topicName(), id, camera.toByteArray()));
        }
        for (String id : List.of("person", "car", "bag")) {
            Query query = Query.newBuilder().setId(id).setText("a " + id).build();
            records.add(new ProducerRecord<>(Topic.QUERIES.topicName(), id, query.toByteArray()));
        }
        for (Rule.Builder rule : List.of(
                rule("open").setQuery("person").setDwellMs(500),
                rule("flicker").setQuery("car").setEnter(0.2).setK(3).setN(5),
                rule("cooling").setQuery("car").setEnter(0.2).setCooldownMs(600_000),
                rule("capped").setQuery("car").setEnter(0.2).setMaxAlertsPerHour(1),
                rule("leaving").setQuery("bag").setExitDwellMs(10_000),
                rule("waiting").setQuery("bag").setBelow(true).setExit(0.1).setDwellMs(12_000),
                rule("unusual")
                        .setQuery("car")
                        .setMeasure(Rule.Measure.CHANGE)
                        .setEnter(2)
                        .setExit(1))) {
            records.add(new ProducerRecord<>(
                    Topic.RULES.topicName(), rule.getId(), rule.build().toByteArray()));
        }
        AcceptedBaseline baseline = AcceptedBaseline.newBuilder()
                .setCamera("gate")
                .setQuery("person")
                .setAcceptedAtMs(START + 700_000)
                .build();
        records.add(new ProducerRecord<>(Topic.BASELINES.topicName(), "gate/person", baseline.toByteArray()));
        return records;
    }

    private static Rule.Builder rule(String id) {
        return Rule.newBuilder().setId(id).addCameras("gate").setEnter(0.05).setExit(0.02);
    }

    static List<ProducerRecord<String, byte[]>> before() {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 360; i++) {
            // The same hour of the day before.
            long atMs = START - 86_400_000 + i * 10_000L;
            records.add(record("gate", 0, i, atMs, 1, 0.1 + i % 3 * 0.04, 0.05 + i % 5 * 0.04, 0.3));
        }
        for (int i = 0; i < 900; i++) {
            double car = i % 100 < 20 ? 0.3 : 0.01;
            records.add(record("gate", 1, i, START + i * 1_000L, 1, 0.1 + i % 7 * 0.01, car, 0.3));
        }
        for (int i = 0; i < 300; i++) {
            double bag = i < 250 ? 0.3 : 0;
            records.add(record("gate", 2, i, SWITCH_MS + i * 100L, 10, 0.1, i < 298 ? 0.01 : 0.3, bag));
        }
        for (int i = 0; i < 20; i++) {
            records.add(record("yard", 1, i, SWITCH_MS + i * 1_000L, 1, 0.2, 0, 0));
        }
        for (int i = 0; i < 5; i++) {
            records.add(backfill(i));
        }
        return records;
    }

    static List<ProducerRecord<String, byte[]>> after() {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        records.add(backfill(5));
        for (int i = 300; i < 1_100; i++) {
            boolean there = i < 400;
            records.add(record("gate", 2, i, SWITCH_MS + i * 100L, 10, there ? 0.1 : 0, there ? 0.3 : 0.01, 0));
        }
        for (int i = 20; i < 40; i++) {
            records.add(record("yard", 1, i, SWITCH_MS + i * 1_000L, 1, 0.2, 0, 0));
        }
        // Over an hour later all is over that was open.
        records.add(record("gate", 3, 0, START + 5_400_000, 10, 0, 0, 0));
        return records;
    }

    private static ProducerRecord<String, byte[]> backfill(int i) {
        Observation answer =
                observation("gate", 1, 800 + i, START + 800_000 + i * 500L, 2, Map.of("bag", 0.3)).toBuilder()
                        .setBackfill(true)
                        .build();
        return new ProducerRecord<>(Topic.OBSERVATIONS.topicName(), "gate", answer.toByteArray());
    }

    private static ProducerRecord<String, byte[]> record(
            String camera, long epoch, long sequence, long atMs, int fps, double person, double car, double bag) {
        Map<String, Double> shares = new LinkedHashMap<>();
        shares.put("person", person);
        shares.put("car", car);
        shares.put("bag", bag);
        Observation observation = observation(camera, epoch, sequence, atMs, fps, shares);
        return new ProducerRecord<>(Topic.OBSERVATIONS.topicName(), camera, observation.toByteArray());
    }

    private static Observation observation(
            String camera, long epoch, long sequence, long atMs, int fps, Map<String, Double> shares) {
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera(camera).setEpoch(epoch).setSequence(sequence))
                .setCapturedAtMs(atMs)
                .setObservedAtMs(atMs + 50)
                .setTargetFps(fps);
        shares.forEach((query, share) -> {
            byte[] pixels = new byte[200];
            for (int i = 0; i < Math.round(share * pixels.length); i++) {
                pixels[i % 10 * 20 + i / 10] = 1;
            }
            observation.addQueries(QueryMask.newBuilder()
                    .setQuery(query)
                    .setMask(Rle.encode(pixels, 20, 10))
                    .setShare(share)
                    .setPeakProbability(share > 0 ? 0.9 : 0.1));
        });
        return observation.build();
    }
}
