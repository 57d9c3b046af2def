package io.segwatch.topology.camera;

import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.topology.state.CameraState.RuleState;
import io.segwatch.topology.state.CameraState.RulesState;
import io.segwatch.v1.Alert;
import io.segwatch.v1.FrameId;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The alert rules of one camera, over the numbers of its frames in event time. It needs neither Kafka nor the wall
 * clock: the live stream and a backtest run this same code. For one thread.
 */
final class RuleEngine {
    private final String camera;
    private final CameraProcessor.Options options;
    private final TreeMap<String, RuleStateMachine> machines = new TreeMap<>();
    /** The same in an array: walking a tree at every frame took longer than the rules themselves. */
    private RuleStateMachine[] running = {};

    private QuietRules quiet = new QuietRules(List.of());
    /** Since the last save a rule's state has gone with it. */
    private boolean dropped;

    RuleEngine(String camera, CameraProcessor.Options options) {
        this.camera = camera;
        this.options = options;
    }

    /** Takes these rules in place of those before; open alerts of rules that are gone or changed close. */
    void update(RulePlan plan, Consumer<Alert> out) {
        TreeMap<String, CompiledRule> planned = new TreeMap<>();
        plan.rules().forEach(rule -> planned.put(rule.rule.getId(), rule));
        for (RuleStateMachine machine : List.copyOf(machines.values())) {
            String id = machine.rule().rule.getId();
            CompiledRule rule = planned.get(id);
            if (rule != null && rule.fingerprint == machine.rule().fingerprint) {
                machine.replace(rule);
            } else {
                machine.retire(rule == null ? "the rule was removed" : "the rule was changed", out);
                machines.remove(id);
                dropped = true;
            }
        }
        planned.forEach((id, rule) -> machines.computeIfAbsent(id, any -> new RuleStateMachine(camera, rule, options)));
        run();
    }

    private void run() {
        running = machines.values().toArray(RuleStateMachine[]::new);
        quiet = new QuietRules(
                machines.values().stream().map(RuleStateMachine::rule).toList());
        for (int i = 0; i < running.length; i++) {
            quiet.setIdle(i, running[i].isIdle());
        }
    }

    /**
     * A frame, later than all before.
     *
     * @param signals as the plan names them
     */
    void frame(long atMs, FrameId frame, double[] signals, Consumer<Alert> out) {
        for (int i = 0; i < running.length; i++) {
            if (!quiet.stays(i, signals)) {
                running[i].frame(atMs, frame, signals, out);
                quiet.setIdle(i, running[i].isIdle());
            }
        }
    }

    /** Event time has come to {@code nowMs} without a frame. */
    void advance(long nowMs, Consumer<Alert> out) {
        for (int i = 0; i < running.length; i++) {
            if (!quiet.isIdle(i)) {
                running[i].advance(nowMs, out);
                quiet.setIdle(i, running[i].isIdle());
            }
        }
    }

    /** Event time goes back: open alerts close, and all rules are as new. */
    void restart(String why, Consumer<Alert> out) {
        for (RuleStateMachine machine : running) {
            machine.retire(why, out);
            machines.put(machine.rule().rule.getId(), new RuleStateMachine(camera, machine.rule(), options));
        }
        run();
        dropped = true;
    }

    /** The alerts that are open, as they stand. */
    void current(Consumer<Alert> out) {
        machines.values().forEach(machine -> machine.current().ifPresent(out));
    }

    /** All rules are as new: nothing is open, on its way, cooling down or held back. */
    boolean isIdle() {
        return machines.values().stream().allMatch(RuleStateMachine::isIdle);
    }

    /**
     * Writes the state of all rules together when any has changed since the last call; an idle rule has none. Together,
     * because every frame moves each rule that is not idle, and a part of its own for each would cost more than all
     * else that is done with the frame.
     */
    void saveChanges(CameraProcessor.StateWriter writer) {
        boolean changed = dropped;
        dropped = false;
        for (RuleStateMachine machine : running) {
            changed |= machine.clearDirty();
        }
        if (changed) {
            RulesState.Builder busy = RulesState.newBuilder();
            for (RuleStateMachine machine : running) {
                if (!machine.isIdle()) {
                    busy.addRules(machine.toState());
                }
            }
            writer.save("rules", busy.getRulesCount() == 0 ? null : busy.build());
        }
    }

    /** Takes what {@link #saveChanges} wrote; {@link #update} comes after. */
    void load(byte[] state) throws InvalidProtocolBufferException {
        for (RuleState saved : RulesState.parseFrom(state).getRulesList()) {
            CompiledRule rule = CompiledRule.of(saved);
            machines.put(rule.rule.getId(), new RuleStateMachine(camera, rule, options, saved));
        }
    }
}
