package io.segwatch.ingest.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Camera;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DealingTest {
    private static Claim claim(int generation, int capacity, boolean outside, BitSet slots) {
        return new Claim(generation, 0, capacity, outside, outside, slots);
    }

    private static Map<String, Claim> group(String... members) {
        Map<String, Claim> group = new HashMap<>();
        for (String member : members) {
            group.put(member, claim(0, 32, true, new BitSet()));
        }
        return group;
    }

    /** As after everything that moves has moved. */
    private static Map<String, Claim> settled(Map<String, Claim> group, int[] cameras) {
        Map<String, BitSet> targets = Dealing.deal(group, cameras);
        Map<String, Claim> settled = new HashMap<>(group);
        settled.replaceAll((member, claim) -> claim.with(targets.get(member)));
        return settled;
    }

    private static int[] cameras(int many) {
        int[] bySlot = new int[Slots.ALL];
        IntStream.range(0, many).forEach(n -> bySlot[slot("rtsp://10.0.0.1/", "camera-" + n)]++);
        return bySlot;
    }

    private static int slot(String url, String id) {
        return Slots.of(Camera.newBuilder().setUrl(url).build(), id);
    }

    private static int load(BitSet slots, int[] cameras) {
        return slots.stream().map(slot -> cameras[slot]).sum();
    }

    private static void assertEachSlotIsDealtOnce(Map<String, BitSet> deal) {
        BitSet all = new BitSet();
        deal.values().forEach(slots -> {
            assertThat(all.intersects(slots)).isFalse();
            all.or(slots);
        });
        assertThat(all.cardinality()).isEqualTo(Slots.ALL);
    }

    @Test
    void camerasAreDealtEvenly() {
        int[] cameras = cameras(9);
        Map<String, BitSet> deal = Dealing.deal(group("a", "b", "c"), cameras);
        assertEachSlotIsDealtOnce(deal);
        assertThat(deal.values()).allMatch(slots -> load(slots, cameras) == 3);
        // Cameras that come are shared, too.
        assertThat(deal.values()).allMatch(slots -> Math.abs(slots.cardinality() - Slots.ALL / 3) < 10);
    }

    @Test
    void whoCanTakeMoreGetsMore() {
        int[] cameras = cameras(30);
        Map<String, Claim> group = group("small");
        group.put("large", claim(0, 64, true, new BitSet()));
        assertThat(load(Dealing.deal(group, cameras).get("large"), cameras)).isEqualTo(20);
    }

    @Test
    void ofAMemberThatComesOnlyWhatItGetsMoves() {
        int[] cameras = cameras(12);
        Map<String, Claim> two = settled(group("a", "b"), cameras);
        Map<String, Claim> three = new HashMap<>(two);
        three.put("c", claim(0, 32, true, new BitSet()));
        Map<String, BitSet> deal = Dealing.deal(three, cameras);
        assertEachSlotIsDealtOnce(deal);
        assertThat(load(deal.get("c"), cameras)).isEqualTo(4);
        for (String old : new String[] {"a", "b"}) {
            BitSet gained = (BitSet) deal.get(old).clone();
            gained.andNot(two.get(old).slots());
            assertThat(gained.isEmpty()).isTrue();
        }
        // Dealt again, nothing moves.
        assertThat(Dealing.deal(settled(three, cameras), cameras)).isEqualTo(deal);
    }

    @Test
    void nobodyBeginsBeforeAnotherHasLetGo() {
        int[] cameras = cameras(12);
        Map<String, Claim> group = settled(group("a"), cameras);
        group.put("b", claim(0, 32, true, new BitSet()));
        Map<String, BitSet> targets = Dealing.deal(group, cameras);
        Map<String, BitSet> now = Dealing.now(targets, group);
        assertThat(now.get("b").isEmpty()).isTrue();
        assertThat(now.get("a")).isEqualTo(targets.get("a"));
        group.put("a", group.get("a").with(now.get("a")));
        assertThat(Dealing.now(Dealing.deal(group, cameras), group)).isEqualTo(targets);
    }

    @Test
    void ofTwoThatClaimASlotTheNewerDealCounts() {
        int[] cameras = cameras(12);
        BitSet all = new BitSet();
        all.set(0, Slots.ALL);
        Map<String, Claim> group =
                new HashMap<>(Map.of("a", claim(3, 32, true, all), "b", claim(4, 1_000_000, true, all)));
        Map<String, BitSet> targets = Dealing.deal(group, cameras);
        assertThat(load(targets.get("b"), cameras)).isEqualTo(12);
        assertThat(Dealing.now(targets, group).get("a").isEmpty()).isTrue();
    }

    @Test
    void filesAndDevicesGoWhereTheyAre() {
        int[] cameras = cameras(4);
        int file = slot("file:/videos/a.mp4", "clip");
        int device = slot("v4l2:/dev/video0", "desk");
        cameras[file]++;
        cameras[device]++;
        Map<String, Claim> group = group("with");
        group.put("without", claim(0, 1_000, false, new BitSet()));
        Map<String, BitSet> deal = Dealing.deal(group, cameras);
        assertThat(deal.get("with").get(file)).isTrue();
        assertThat(deal.get("with").get(device)).isTrue();
        assertThat(load(deal.get("without"), cameras)).isEqualTo(4);
        // Where none has them, one is to say so.
        group.remove("with");
        assertThat(Dealing.deal(group, cameras).get("without").get(file)).isTrue();
    }

    @Test
    void itIsUnevenWhereATenthWouldMoveOrOneHasTooMany() {
        Map<String, Claim> group = settled(group("a", "b"), new int[Slots.ALL]);
        assertThat(Dealing.uneven(group, cameras(1))).isFalse();
        int[] lopsided = new int[Slots.ALL];
        group.get("a").slots().stream().limit(10).forEach(slot -> lopsided[slot] = 1);
        assertThat(Dealing.uneven(group, lopsided)).isTrue();
        assertThat(Dealing.uneven(settled(group, lopsided), lopsided)).isFalse();
        int[] nearly = new int[Slots.ALL];
        group.get("a").slots().stream().limit(21).forEach(slot -> nearly[slot] = 1);
        group.get("b").slots().stream().limit(19).forEach(slot -> nearly[slot] = 1);
        assertThat(Dealing.uneven(group, nearly)).isFalse();
        group.replaceAll((member, claim) -> claim(0, 20, true, claim.slots()));
        assertThat(Dealing.uneven(group, nearly)).isTrue();
    }

    @Test
    void whatMembersTellEachOtherIsReadAsItWasWritten() {
        BitSet slots = new BitSet();
        slots.set(0);
        slots.set(Slots.ALL - 1);
        Claim claim = new Claim(7, 1L << 40, 32, true, false, slots);
        assertThat(Claim.decode(claim.encode())).isEqualTo(claim);
        Grant grant = new Grant(1L << 40, slots);
        assertThat(Grant.decode(grant.encode())).isEqualTo(grant);
    }
}
