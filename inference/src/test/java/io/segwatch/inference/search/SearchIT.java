package io.segwatch.inference.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.features.KeptScenes;
import io.segwatch.inference.model.TextModel;
import io.segwatch.inference.worker.InferenceConfig;
import io.segwatch.kafka.TestKafka;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.Features;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.SearchEnd;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchExample;
import io.segwatch.v1.SearchHeat;
import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchRequest;
import io.segwatch.v1.SearchSeries;
import io.segwatch.v1.UnreadableFeatures;
import io.segwatch.v1.Zone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Words of the real model in records that show what its words mean, on a real broker. */
class SearchIT {
    private static final Path MODEL = Path.of("../models/default");
    /** A whole hour of yesterday: a broker takes no record of a time far ahead, and keeps none that is too old. */
    private static final long T0 = (System.currentTimeMillis() / 3_600_000 - 24) * 3_600_000;

    private static final long STEP_MS = 5_000;
    private static final int FRAMES = 6_000;

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    private static Search search;
    private static KeptScenes scenes;

    /**
     * 8 hours and 20 minutes of gate: sheep at frames 100 to 110 and 3000 to 5500, with one frame missed; a guitar
     * never.
     */
    @BeforeAll
    static void past() throws Exception {
        InferenceConfig config = Configuration.of(Map.of("segwatch.inference.model", MODEL.toString()))
                .get(InferenceConfig.class);
        search = new Search(KAFKA.kafka(), config, Optional.empty());
        try (TextModel model = TextModel.load(MODEL)) {
            scenes = new KeptScenes(model);
            Features road = scenes.frame("gate", 0, T0, null, 0).build();
            Features sheep = scenes.frame("gate", 0, T0, "sheep", 4).build();
            for (int i = 0; i < FRAMES; i++) {
                boolean there = i >= 100 && i <= 110 && i != 105 || i >= 3_000 && i <= 5_500;
                send("gate", at(there ? sheep : road, "gate", i));
                if (i % 10 == 0) {
                    send("street", at(i == 2_000 ? sheep : road, "street", i));
                }
            }
        }
        KAFKA.producer().flush();
    }

    @AfterAll
    static void stop() {
        search.close();
    }

    private static Features at(Features scene, String camera, int i) {
        Features.Builder frame = scene.toBuilder().setCapturedAtMs(T0 + i * STEP_MS);
        frame.getFrameBuilder().setCamera(camera).setSequence(i);
        return frame.build();
    }

    private static void send(String camera, Features frame) {
        KAFKA.producer()
                .send(new ProducerRecord<>(
                        Topic.FEATURES.topicName(), null, frame.getCapturedAtMs(), camera, frame.toByteArray()));
    }

    private static SearchRequest.Builder asking(String words, String... cameras) {
        return SearchRequest.newBuilder()
                .setQuery(Query.newBuilder().setText(words))
                .addAllCameras(List.of(cameras))
                .setFromMs(T0)
                .setToMs(T0 + FRAMES * STEP_MS);
    }

    private static List<SearchEvent> run(SearchRequest.Builder request) {
        List<SearchEvent> events = new ArrayList<>();
        search.search(request.build(), events::add, () -> false);
        return events;
    }

    private static List<SearchMoment> moments(List<SearchEvent> events) {
        return events.stream()
                .filter(SearchEvent::hasMoment)
                .map(SearchEvent::getMoment)
                .toList();
    }

    private static SearchEnd end(List<SearchEvent> events) {
        return events.get(events.size() - 1).getEnd();
    }

    @Test
    void whatWasThereIsFoundFromTheNewestToTheOldestWithItsTimesAndShare() {
        List<SearchEvent> events = run(asking("sheep", "gate").setColumns(100));

        assertThat(events.get(0).getStart().getRecords()).isGreaterThanOrEqualTo(FRAMES);
        assertThat(events.get(0).getStart().getKeptFromMs()).isEqualTo(T0);
        List<SearchMoment> moments = moments(events);
        assertThat(moments).hasSize(2);
        assertThat(moments.get(0).getFromMs()).isEqualTo(T0 + 3_000 * STEP_MS);
        assertThat(moments.get(0).getToMs()).isEqualTo(T0 + 5_501 * STEP_MS);
        assertThat(moments.get(0).getFrames()).isEqualTo(2_501);
        assertThat(moments.get(1).getFromMs()).isEqualTo(T0 + 100 * STEP_MS);
        assertThat(moments.get(1).getToMs()).isEqualTo(T0 + 111 * STEP_MS);
        assertThat(moments.get(1).getFrames()).isEqualTo(10);
        assertThat(moments.get(1).getPeakShare()).isEqualTo(0.25, within(0.03));
        assertThat(moments.get(1).getPeakProbability()).isGreaterThan(0.7);
        assertThat(moments.get(1).getPeakFrame().getSequence()).isBetween(100L, 110L);
        SearchEnd end = end(events);
        assertThat(end.getFrames()).isEqualTo(FRAMES);
        assertThat(end.getMoments()).isEqualTo(2);
        assertThat(end.getSeen()).isGreaterThan(0.99);
        assertThat(end.getMore()).isFalse();
        List<SearchSeries> series = events.stream()
                .filter(SearchEvent::hasSeries)
                .map(SearchEvent::getSeries)
                .toList();
        List<Float> shares =
                series.stream().flatMap(each -> each.getSharesList().stream()).toList();
        assertThat(shares).hasSize(100);
        // Columns of five minutes from the newest on: the sheep's and the road's.
        assertThat(shares.get(30)).isEqualTo(0.25f, within(0.03f));
        assertThat(shares.get(60)).isLessThan(0.01f);
        assertThat(shares.get(98)).isEqualTo(0.25f, within(0.03f));
    }

    @Test
    void aShortMomentAmongMuchElseIsFarAboveTheUsual() {
        SearchMoment seldom = moments(run(asking("sheep", "street"))).get(0);
        assertThat(seldom.getFrames()).isEqualTo(1);
        assertThat(seldom.getAboveUsual()).isGreaterThan(5);
    }

    @Test
    void severalCamerasAreSearchedAtOnceAndEachOnlyOnce() {
        List<SearchEvent> events = run(asking("sheep", "gate", "street"));
        assertThat(moments(events))
                .extracting(SearchMoment::getCamera)
                .containsExactlyInAnyOrder("gate", "gate", "street");
        assertThat(end(events).getFrames()).isEqualTo(FRAMES + FRAMES / 10);
    }

    @Test
    void whereNothingIsFoundItIsSaidHowSureThatIsAndWhatWasSeenInstead() {
        SearchEnd end = end(run(asking("guitar", "gate").setToMs(T0 + 90 * STEP_MS)));
        assertThat(end.getMoments()).isZero();
        assertThat(end.getBest().getPeakProbability()).isLessThan(0.5);
        assertThat(end.getNearest(0).getWord()).isEqualTo("road");
        assertThat(end.getNearest(0).getProbability())
                .isGreaterThan(end.getNearest(1).getProbability());
    }

    @Test
    void ofASpanThatNothingWasKeptOfItIsSaid() {
        SearchEnd end = end(run(asking("sheep", "gate").setFromMs(T0 - FRAMES * STEP_MS)));
        assertThat(end.getSeen()).isEqualTo(0.5, within(0.02));
    }

    @Test
    void noMoreMomentsAreToldThanWereAskedFor() {
        SearchEnd end = end(run(asking("sheep", "gate").setMostMoments(1)));
        assertThat(end.getMoments()).isEqualTo(1);
        assertThat(end.getMore()).isTrue();
    }

    @Test
    void aCancelledSearchEndsAtOnceAndSaysNothingMore() {
        AtomicBoolean cancelled = new AtomicBoolean();
        List<SearchEvent> events = new ArrayList<>();
        search.search(
                asking("sheep", "gate").build(),
                event -> {
                    events.add(event);
                    cancelled.set(true);
                },
                cancelled::get);
        assertThat(events).hasSize(1);
    }

    @Test
    void framesOfAModelThatIsGoneAreCountedWithTheRemedy() {
        send(
                "old",
                at(scenes.frame("old", 0, T0, "sheep", 4).setModel("earlier@7").build(), "old", 50));
        send("old", at(scenes.frame("old", 0, T0, "sheep", 4).build(), "old", 60));
        send("old", at(scenes.frame("old", 0, T0, "sheep", 4).setFormat(9).build(), "old", 70));
        KAFKA.producer().flush();
        SearchEnd end = end(run(asking("sheep", "old")));
        assertThat(end.getFrames()).isEqualTo(1);
        assertThat(end.getUnreadableList()).hasSize(2);
        assertThat(end.getUnreadable(0).getModel()).isEqualTo("earlier@7");
        assertThat(end.getUnreadable(0).getFrames()).isEqualTo(1);
        assertThat(end.getUnreadable(0).getReason()).contains("segwatch.inference.past-models");
        assertThat(end.getUnreadable(0).getCause()).isEqualTo(UnreadableFeatures.Cause.MODEL_GONE);
        assertThat(end.getUnreadable(1).getReason()).contains("newer version");
        assertThat(end.getUnreadable(1).getCause()).isEqualTo(UnreadableFeatures.Cause.NEWER_FORMAT);
    }

    @Test
    void whatWasErasedIsNotFoundThoughKafkaStillHasIt() throws Exception {
        send("gone", at(scenes.frame("gone", 0, T0, "sheep", 4).build(), "gone", 50));
        send("gone", at(scenes.frame("gone", 0, T0, "sheep", 4).build(), "gone", 500));
        Erasure erasure = Erasure.newBuilder()
                .setCamera("gone")
                .setRequestedAtMs(1)
                .setBeforeMs(T0 + 100 * STEP_MS)
                .build();
        KAFKA.producer()
                .send(new ProducerRecord<>(Topic.ERASURES.topicName(), "gone", erasure.toByteArray()))
                .get();
        assertThat(moments(run(asking("sheep", "gone"))))
                .extracting(SearchMoment::getFromMs)
                .containsExactly(T0 + 500 * STEP_MS);
        assertThat(search.heat(Query.newBuilder().setText("sheep").build(), "gone", 1, 50, T0 + 50 * STEP_MS))
                .isEmpty();
    }

    @Test
    void theShareOfAZoneIsThatOfItsCells() throws Exception {
        Camera camera = Camera.newBuilder()
                .setId("zoned")
                .setUrl("file:/a.mp4")
                .addZones(zone("left", Zone.Kind.AREA, 0, 0.125))
                .addZones(zone("right", Zone.Kind.AREA, 0.5, 1))
                .addZones(zone("half", Zone.Kind.AREA, 0, 0.5))
                .addZones(zone("clock", Zone.Kind.EXCLUDE, 0, 0.125))
                .build();
        KAFKA.producer()
                .send(new ProducerRecord<>(Topic.CAMERAS.topicName(), "zoned", camera.toByteArray()))
                .get();
        send("zoned", at(scenes.frame("zoned", 0, T0, "sheep", 4).build(), "zoned", 50));
        KAFKA.producer().flush();
        // An eighth is excluded: of the half's other three eighths the sheep cover one.
        assertThat(moments(run(asking("sheep", "zoned").setZone("half"))).get(0).getPeakShare())
                .isEqualTo(1 / 3.0, within(0.03));
        assertThat(moments(run(asking("sheep", "zoned").setZone("right")))).isEmpty();
        assertThatThrownBy(() -> run(asking("sheep", "zoned").setZone("clock")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("zone: ");
    }

    private static Zone zone(String id, Zone.Kind kind, double from, double to) {
        return Zone.newBuilder()
                .setId(id)
                .setName(id)
                .setKind(kind)
                .addRings(Ring.newBuilder()
                        .addPoints(point(from, 0))
                        .addPoints(point(to, 0))
                        .addPoints(point(to, 1))
                        .addPoints(point(from, 1)))
                .build();
    }

    private static Point point(double x, double y) {
        return Point.newBuilder().setX(x).setY(y).build();
    }

    @Test
    void whatLooksLikeAClickedPartIsFoundByNoWordAtAll() {
        SearchRequest.Builder request = asking("", "gate").clearQuery();
        request.setLike(SearchExample.newBuilder()
                .setCamera("street")
                .setEpoch(1)
                .setSequence(2_000)
                .setCapturedAtMs(T0 + 2_000 * STEP_MS)
                .setAt(point(0.1, 0.5)));
        assertThat(moments(run(request))).extracting(SearchMoment::getFrames).containsExactly(2_501, 10);
        request.getLikeBuilder().setSequence(2_001);
        assertThatThrownBy(() -> run(request)).hasMessageStartingWith("like: ");
    }

    @Test
    void theHeatOfAKeptFrameTellsWhereAndLeavesOutWhatMasksHide() {
        float[] sheep = scenes.word("sheep");
        float[] road = scenes.word("road");
        Features frame = scenes.frame("masked", 7, T0, cell -> cell == 0 ? null : cell == 20 ? sheep : road)
                .build();
        send("masked", frame);
        KAFKA.producer().flush();
        SearchHeat heat = search.heat(Query.newBuilder().setText("sheep").build(), "masked", 1, 7, T0)
                .orElseThrow();
        assertThat(heat.getColumns() * heat.getRows()).isEqualTo(heat.getProbabilitiesCount());
        assertThat(heat.getProbabilities(0)).isEqualTo(-1);
        assertThat(heat.getProbabilities(20)).isGreaterThan(0.7f);
        assertThat(heat.getProbabilities(40)).isLessThan(0.1f);
        assertThat(search.heat(Query.newBuilder().setText("sheep").build(), "masked", 1, 8, T0))
                .isEmpty();
    }

    @Test
    void whatAQueryThatNeverRanWouldHaveSeenComesAsCoarseMasksInOrder() {
        List<Observation> seen = new ArrayList<>();
        Query sheep = Query.newBuilder().setId("v").setText("sheep").build();
        search.observations("gate", List.of(sheep), T0, observation -> {
            seen.add(observation);
            return seen.size() < 110;
        });
        assertThat(seen).hasSize(110);
        assertThat(seen.get(50).getQueries(0).getShare()).isZero();
        assertThat(seen.get(104).getQueries(0).getShare()).isEqualTo(0.25, within(0.03));
        assertThat(seen.get(104).getQueries(0).getMask().getWidth()).isEqualTo(4 * KeptScenes.COLUMNS);
        assertThat(seen.get(104).getCapturedAtMs()).isEqualTo(T0 + 104 * STEP_MS);
    }

    @Test
    void wordsThatMeanNothingToTheModelAreRefusedWithTheField() {
        assertThatThrownBy(() -> run(asking("卡车", "gate")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("query.text: ");
        SearchRequest.Builder half = asking("sheep", "gate");
        half.getQueryBuilder().addSynonyms("卡车");
        assertThat(run(half).get(0).getStart().getUnknownWordsList()).containsExactly("卡车");
    }

    @Test
    void aRequestOutOfBoundsIsRefusedWithTheField() {
        assertRefused(asking("sheep"), "cameras");
        assertRefused(asking("", "gate"), "query.text");
        assertRefused(asking("sheep", "gate").setToMs(T0), "toMs");
        assertRefused(asking("sheep", "gate").setMinShare(1.5), "minShare");
        assertRefused(asking("sheep", "gate").setMostMoments(1_001), "mostMoments");
        assertRefused(asking("sheep", "gate").setColumns(2_001), "columns");
        assertRefused(asking("sheep", "gate", "street").setZone("z"), "zone");
        assertRefused(asking("sheep", "gate").setLike(SearchExample.getDefaultInstance()), "query");
    }

    private static void assertRefused(SearchRequest.Builder request, String field) {
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }
}
