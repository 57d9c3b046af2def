package io.segwatch.ingest.deal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * Deals all slots to the members of a group: each to one, balanced by the cameras in them and what a member can take,
 * and as few as possible away from who has them. The same for the same input.
 */
final class Dealing {
    private final List<String> members = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final int[] cameras;
    /** By slot, the member that has it; -1 for none. */
    private final int[] owner = new int[Slots.ALL];

    private final long[] load;

    private Dealing(Map<String, Claim> group, int[] cameras) {
        this.cameras = cameras;
        new TreeMap<>(group).forEach((member, claim) -> {
            members.add(member);
            claims.add(claim);
        });
        load = new long[members.size()];
    }

    /**
     * The slots that each member is to have in the end.
     *
     * @param group by member's id
     * @param cameras by slot, how many are grabbed
     */
    static Map<String, BitSet> deal(Map<String, Claim> group, int[] cameras) {
        Dealing dealing = new Dealing(group, cameras);
        dealing.keep();
        dealing.pass(slot -> cameras[slot] > 0);
        // Slots without a camera are shared, too, for the cameras that come.
        dealing.pass(slot -> cameras[slot] == 0);
        return dealing.result();
    }

    /**
     * What each may have now of {@code targets}: what nobody else still grabs from.
     *
     * @param group by member's id
     */
    static Map<String, BitSet> now(Map<String, BitSet> targets, Map<String, Claim> group) {
        Map<String, BitSet> now = new TreeMap<>();
        targets.forEach((member, target) -> {
            BitSet slots = (BitSet) target.clone();
            group.forEach((other, claim) -> {
                if (!other.equals(member)) {
                    slots.andNot(claim.slots());
                }
            });
            now.put(member, slots);
        });
        return now;
    }

    /** Whether another deal would be so much better that the cameras which move should: a tenth, or one too many. */
    static boolean uneven(Map<String, Claim> group, int[] cameras) {
        int all = 0;
        for (int one : cameras) {
            all += one;
        }
        int moved = 0;
        boolean tooMany = false;
        for (Map.Entry<String, BitSet> member : deal(group, cameras).entrySet()) {
            Claim claim = group.get(member.getKey());
            moved += claim.slots().stream()
                    .filter(slot -> !member.getValue().get(slot))
                    .map(slot -> cameras[slot])
                    .sum();
            tooMany |= claim.slots().stream().map(slot -> cameras[slot]).sum() > claim.capacity();
        }
        return moved > 0 && (tooMany || moved * 10 >= all);
    }

    /** Slots stay where they are; of two that claim one, the newer deal counts. */
    private void keep() {
        for (int slot = 0; slot < Slots.ALL; slot++) {
            owner[slot] = -1;
            for (int member = 0; member < members.size(); member++) {
                boolean claimed = claims.get(member).slots().get(slot) && takes(member, slot);
                if (claimed
                        && (owner[slot] < 0
                                || claims.get(member).generation()
                                        > claims.get(owner[slot]).generation())) {
                    owner[slot] = member;
                }
            }
        }
    }

    /** Where no member has files or devices, all may take them, to say why they cannot. */
    private boolean takes(int member, int slot) {
        Slots.Kind kind = Slots.kind(slot);
        return claims.get(member).takes(kind) || claims.stream().noneMatch(claim -> claim.takes(kind));
    }

    private int weight(int slot) {
        return Math.max(1, cameras[slot]);
    }

    private void pass(IntPredicate of) {
        Arrays.fill(load, 0);
        List<Integer> free = new ArrayList<>();
        List<List<Integer>> owned = new ArrayList<>();
        members.forEach(member -> owned.add(new LinkedList<>()));
        for (int slot = 0; slot < Slots.ALL; slot++) {
            if (of.test(slot)) {
                if (owner[slot] < 0) {
                    free.add(slot);
                } else {
                    load[owner[slot]] += weight(slot);
                    owned.get(owner[slot]).add(slot);
                }
            }
        }
        free.sort(Comparator.comparingInt(slot -> -cameras[slot]));
        for (int slot : free) {
            owner[slot] = least(slot);
            load[owner[slot]] += weight(slot);
            owned.get(owner[slot]).add(slot);
        }
        level(owned);
    }

    /** Of the fullest first, so that what one gives away does not come back from another. */
    private void level(List<List<Integer>> owned) {
        BitSet donors = new BitSet();
        donors.set(0, members.size());
        while (!donors.isEmpty()) {
            int fullest = donors.stream()
                    .reduce((one, other) -> fuller(load[other], other, load[one], one) ? other : one)
                    .orElseThrow();
            if (!gives(fullest, owned)) {
                donors.clear(fullest);
            }
        }
    }

    /** Gives one slot away, where who gets it has less after it than this member had before. */
    private boolean gives(int donor, List<List<Integer>> owned) {
        Iterator<Integer> slots = owned.get(donor).iterator();
        int[] receivers = new int[Slots.Kind.values().length];
        Arrays.fill(receivers, -1);
        while (slots.hasNext()) {
            int slot = slots.next();
            int kind = Slots.kind(slot).ordinal();
            receivers[kind] = receivers[kind] < 0 ? least(slot) : receivers[kind];
            int receiver = receivers[kind];
            int weight = weight(slot);
            if (receiver != donor && fuller(load[donor], donor, load[receiver] + weight, receiver)) {
                slots.remove();
                owner[slot] = receiver;
                load[donor] -= weight;
                load[receiver] += weight;
                owned.get(receiver).add(slot);
                return true;
            }
        }
        return false;
    }

    private int least(int slot) {
        int least = -1;
        for (int member = 0; member < members.size(); member++) {
            if (takes(member, slot) && (least < 0 || fuller(load[least], least, load[member], member))) {
                least = member;
            }
        }
        return least;
    }

    private boolean fuller(long one, int member, long other, int than) {
        return one * claims.get(than).capacity() > other * claims.get(member).capacity();
    }

    private Map<String, BitSet> result() {
        Map<String, BitSet> slots = new TreeMap<>();
        members.forEach(member -> slots.put(member, new BitSet(Slots.ALL)));
        for (int slot = 0; slot < Slots.ALL; slot++) {
            slots.get(members.get(owner[slot])).set(slot);
        }
        return slots;
    }
}
