package io.segwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Area;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Zone;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShareGaugesTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final Camera DOOR = Camera.newBuilder()
            .setId("door")
            .addZones(Zone.newBuilder().setId("mat"))
            .build();
    private static final Camera YARD = Camera.newBuilder().setId("yard").build();

    private final ShareGauges gauges = new ShareGauges(3);

    @AfterEach
    void clean() {
        gauges.clean(DefinitionSnapshot.EMPTY, NOW);
    }

    @Test
    void showTheMeanOfTheLastTenSecondsByCameraZoneAndQuery() {
        DefinitionSnapshot all = definitions(DOOR);
        gauges.closed(area("door", "", "person", 0.25), all, NOW);
        gauges.closed(area("door", "mat", "person", 0.5), all, NOW);
        gauges.closed(area("door", "mat", "person", 0.75), all, NOW);
        gauges.closed(
                area("door", "", "person", 0.9).toBuilder().setWindowMs(60_000).build(), all, NOW);
        gauges.closed(
                area("door", "", "person", 0.9).toBuilder().setFinal(false).build(), all, NOW);

        assertThat(share("door", "", "person")).isEqualTo(0.25);
        assertThat(share("door", "mat", "person")).isEqualTo(0.75);
    }

    @Test
    void leaveOutWhatIsMoreThanTheyMayShowAndCountIt() {
        double before = leftOut();
        DefinitionSnapshot all = definitions(DOOR, YARD);
        gauges.closed(area("door", "", "person", 0.1), all, NOW);
        gauges.closed(area("door", "mat", "person", 0.1), all, NOW);
        gauges.closed(area("door", "", "van", 0.1), all, NOW);
        gauges.closed(area("yard", "", "person", 0.1), all, NOW);
        gauges.closed(area("yard", "", "van", 0.1), all, NOW);
        gauges.closed(area("door", "", "person", 0.2), all, NOW);

        assertThat(share("yard", "", "person")).isNull();
        assertThat(share("door", "", "person")).isEqualTo(0.2);
        assertThat(leftOut() - before).isEqualTo(2);

        gauges.left("door");
        gauges.closed(area("yard", "", "person", 0.3), all, NOW);
        assertThat(share("door", "", "person")).isNull();
        assertThat(share("yard", "", "person")).isEqualTo(0.3);
    }

    @Test
    void dropASeriesWithItsCameraZoneOrQuery() {
        DefinitionSnapshot all = definitions(DOOR, YARD);
        gauges.closed(area("door", "mat", "person", 0.1), all, NOW);
        gauges.closed(area("door", "", "van", 0.1), all, NOW);
        gauges.closed(area("yard", "", "person", 0.1), all, NOW);

        DefinitionSnapshot withoutMat =
                definitions(DOOR.toBuilder().clearZones().build(), YARD);
        gauges.clean(withoutMat, NOW);
        assertThat(share("door", "mat", "person")).isNull();
        assertThat(share("door", "", "van")).isEqualTo(0.1);

        gauges.clean(new DefinitionSnapshot(withoutMat.cameras(), Map.of("person", query("person")), Map.of()), NOW);
        assertThat(share("door", "", "van")).isNull();
        assertThat(share("yard", "", "person")).isEqualTo(0.1);

        gauges.clean(definitions(DOOR), NOW);
        assertThat(share("yard", "", "person")).isNull();
        gauges.closed(area("yard", "", "person", 0.1), definitions(DOOR), NOW);
        assertThat(share("yard", "", "person")).isNull();
    }

    @Test
    void showNoValueOfWhichNothingNewHasComeForAMinute() {
        DefinitionSnapshot all = definitions(DOOR);
        gauges.closed(area("door", "", "person", 0.1), all, NOW);
        gauges.clean(all, NOW + 60_000);
        assertThat(share("door", "", "person")).isEqualTo(0.1);
        gauges.clean(all, NOW + 60_001);
        assertThat(share("door", "", "person")).isNull();
    }

    @Test
    void areSilentWhereNoneIsAskedFor() {
        double before = leftOut();
        new ShareGauges(0).closed(area("door", "", "person", 0.1), definitions(DOOR), NOW);
        assertThat(share("door", "", "person")).isNull();
        assertThat(leftOut()).isEqualTo(before);
    }

    private static DefinitionSnapshot definitions(Camera... cameras) {
        Map<String, Camera> byId = new HashMap<>();
        for (Camera camera : cameras) {
            byId.put(camera.getId(), camera);
        }
        return new DefinitionSnapshot(byId, Map.of("person", query("person"), "van", query("van")), Map.of());
    }

    private static Query query(String id) {
        return Query.newBuilder().setId(id).setText(id).build();
    }

    private static Area area(String camera, String zone, String query, double mean) {
        return Area.newBuilder()
                .setCamera(camera)
                .setZone(zone)
                .setQuery(query)
                .setWindowMs(10_000)
                .setMean(mean)
                .setFinal(true)
                .build();
    }

    private static Double share(String camera, String zone, String query) {
        return CollectorRegistry.defaultRegistry.getSampleValue(
                "segwatch_topology_share", new String[] {"camera", "zone", "query"}, new String[] {camera, zone, query
                });
    }

    private static double leftOut() {
        return CollectorRegistry.defaultRegistry.getSampleValue("segwatch_topology_shares_left_out_total");
    }
}
