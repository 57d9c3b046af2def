package io.segwatch.topology.camera;

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
final class RuleEngine {
    private final String camera;
    private final CameraProcessor.Options options;
    private final TreeMap<String, RuleStateMachine> machines = new TreeMap<>();
    /** The same in an array: walking a tree at every frame took longer than the rules themselves. */
    private RuleStateMachine[] running = {};
    /** Since the last save a rule's state has gone with it. */
    private boolean dropped;

    RuleEngine(String camera, CameraProcessor.Options options) {
        this.camera = camera;
        this.options = options;
    }

    /** Takes these rules in place of those before; open alerts of rules that are gone or changed close. */
    void update(RulePlan plan, Consumer<Alert> out) {
        TreeMap<String, CompiledRule> wanted = new TreeMap<>();
        plan.rules().forEach(rule -> wanted.put(rule.rule.getId(), rule));
        for (RuleStateMachine machine : List.copyOf(machines.values())) {
            String id = machine.watched().rule.getId();
            CompiledRule rule = wanted.get(id);
            if (rule != null && rule.fingerprint == machine.watched().fingerprint) {
                machine.replace(rule);
            } else {
                machine.retire(rule == null ? "the rule was removed" : "the rule was changed", out);
                machines.remove(id);
                dropped = true;
            }
        }
        wanted.forEach((id, rule) -> machines.computeIfAbsent(id, any -> new RuleStateMachine(camera, rule, options)));
        running = machines.values().toArray(RuleStateMachine[]::new);
    }

    /**
     * A frame, later than all before.
     *
     * @param signals as the plan names them
     */
    void frame(long atMs, FrameId frame, double[] signals, Consumer<Alert> out) {
        for (RuleStateMachine machine : running) {
            machine.frame(atMs, frame, signals, out);
        }
    }

    /** Event time has come to {@code nowMs} without a frame. */
    void advance(long nowMs, Consumer<Alert> out) {
        for (RuleStateMachine machine : running) {
            machine.advance(nowMs, out);
        }
    }

    /** The alerts that are open, as they stand. */
    void current(Consumer<Alert> out) {
        machines.values().forEach(machine -> machine.current().ifPresent(out));
    }

    /** Nothing is open, on its way, cooling down or held back. */
    boolean isQuiet() {
        return machines.values().stream().allMatch(RuleStateMachine::isQuiet);
    }

    /**
     * Writes the state of all rules together when any has changed since the last call; a quiet rule has none. Together,
     * because every frame moves each rule that is not quiet, and a part of its own for each would cost more than all
     * else that is done with the frame.
     */
    void saveChanges(CameraProcessor.StateWriter saver) {
        boolean changed = dropped;
        dropped = false;
        for (RuleStateMachine machine : running) {
            changed |= machine.takeUnsaved();
        }
        if (changed) {
            List<RuleStateMachine> busy =
                    Stream.of(running).filter(machine -> !machine.isQuiet()).toList();
            saver.save("rules", busy.isEmpty() ? null : out -> write(busy, out));
        }
    }

    /**
     * Layout: number of rules; for each the rule, its zone's name and its state. The rule is kept with its state: it
     * may be gone when its alert is to be closed.
     */
    private static void write(List<RuleStateMachine> machines, DataOutput out) throws IOException {
        out.writeInt(machines.size());
        for (RuleStateMachine machine : machines) {
            out.write(machine.watched().identity);
            machine.write(out);
        }
    }

    /** Takes what {@link #saveChanges} wrote; {@link #update} comes after. */
    void load(DataInput in) throws IOException {
        for (int count = in.readInt(); count > 0; count--) {
            CompiledRule rule = CompiledRule.read(in);
            RuleStateMachine machine = new RuleStateMachine(camera, rule, options);
            machine.read(in);
            machines.put(rule.rule.getId(), machine);
        }
    }
}
