package io.segwatch.topology.rule;

import io.segwatch.topology.state.Saver;
import io.segwatch.v1.Alert;
import io.segwatch.v1.FrameId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The alert rules of one camera, over the numbers of its frames in event time. Knows nothing of Kafka or of the wall
 * clock: the live stream and a backtest run this same code. For one thread.
 */
public final class RuleEngine {
    /**
     * @param silenceMs an open alert closes when no frame has answered its rule for so long
     * @param updateEveryMs an open alert tells of a new peak at most so often
     */
    public record Limits(long silenceMs, long updateEveryMs) {}

    private final String camera;
    private final Limits limits;
    private final TreeMap<String, RuleMachine> machines = new TreeMap<>();
    /** The same in an array: walking a tree at every frame took longer than the rules themselves. */
    private RuleMachine[] running = {};
    /** Since the last save a rule's state has gone with it. */
    private boolean dropped;

    public RuleEngine(String camera, Limits limits) {
        this.camera = camera;
        this.limits = limits;
    }

    /** Takes these rules in place of those before; open alerts of rules that are gone or changed close. */
    public void follow(RulePlan plan, Consumer<Alert> out) {
        TreeMap<String, WatchedRule> wanted = new TreeMap<>();
        plan.rules().forEach(rule -> wanted.put(rule.rule.getId(), rule));
        for (RuleMachine machine : List.copyOf(machines.values())) {
            String id = machine.watched().rule.getId();
            WatchedRule rule = wanted.get(id);
            if (rule != null && rule.fingerprint == machine.watched().fingerprint) {
                machine.replace(rule);
            } else {
                machine.retire(rule == null ? "the rule was removed" : "the rule was changed", out);
                machines.remove(id);
                dropped = true;
            }
        }
        wanted.forEach((id, rule) -> machines.computeIfAbsent(id, any -> new RuleMachine(camera, rule, limits)));
        running = machines.values().toArray(RuleMachine[]::new);
    }

    /**
     * A frame, later than all before.
     *
     * @param signals as the plan names them
     */
    public void frame(long atMs, FrameId frame, double[] signals, Consumer<Alert> out) {
        for (RuleMachine machine : running) {
            machine.frame(atMs, frame, signals, out);
        }
    }

    /** Event time has come to {@code nowMs} without a frame. */
    public void advance(long nowMs, Consumer<Alert> out) {
        for (RuleMachine machine : running) {
            machine.advance(nowMs, out);
        }
    }

    /** The alerts that are open, as they stand. */
    public void current(Consumer<Alert> out) {
        machines.values().forEach(machine -> machine.current().ifPresent(out));
    }

    /** Nothing is open, on its way, cooling down or held back. */
    public boolean isQuiet() {
        return machines.values().stream().allMatch(RuleMachine::isQuiet);
    }

    /**
     * Writes the state of all rules together when any has changed since the last call; a quiet rule has none. Together,
     * because every frame moves each rule that is not quiet, and a part of its own for each would cost more than all
     * else that is done with the frame.
     */
    public void saveChanges(Saver saver) {
        boolean changed = dropped;
        dropped = false;
        for (RuleMachine machine : running) {
            changed |= machine.takeUnsaved();
        }
        if (changed) {
            List<RuleMachine> busy =
                    Stream.of(running).filter(machine -> !machine.isQuiet()).toList();
            saver.save("rules", busy.isEmpty() ? null : out -> write(busy, out));
        }
    }

    /**
     * Layout: number of rules; for each the rule, its zone's name and its state. The rule is kept with its state: it
     * may be gone when its alert is to be closed.
     */
    private static void write(List<RuleMachine> machines, DataOutput out) throws IOException {
        out.writeInt(machines.size());
        for (RuleMachine machine : machines) {
            out.write(machine.watched().identity);
            machine.write(out);
        }
    }

    /** Takes what {@link #saveChanges} wrote; {@link #follow} comes after. */
    public void load(DataInput in) throws IOException {
        for (int count = in.readInt(); count > 0; count--) {
            WatchedRule rule = WatchedRule.read(in);
            RuleMachine machine = new RuleMachine(camera, rule, limits);
            machine.read(in);
            machines.put(rule.rule.getId(), machine);
        }
    }
}
