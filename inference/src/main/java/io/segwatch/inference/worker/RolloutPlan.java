package io.segwatch.inference.worker;

import io.segwatch.inference.model.ModelException;
import io.segwatch.v1.ModelRollout;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a rollout asks of a worker that has the candidate in memory.
 *
 * @param lane of the candidate; null where it is not in memory: then the running model observes every camera
 * @param all the candidate observes every camera
 * @param canaries cameras that it observes where it does not observe all
 * @param failed told when the candidate cannot go on, on the worker's thread
 * @param applied called on the worker's thread when it goes by this plan, and uses no lane of an earlier one
 */
record RolloutPlan(Lane lane, boolean all, Set<String> canaries, Consumer<ModelException> failed, Runnable applied) {
    static final RolloutPlan NONE = without(() -> {});

    static RolloutPlan of(ModelRollout rollout, Lane lane, Consumer<ModelException> failed, Runnable applied) {
        return new RolloutPlan(
                lane,
                rollout.getState() == ModelRollout.State.SWITCHED,
                rollout.getState() == ModelRollout.State.CANARY ? Set.copyOf(rollout.getCanariesList()) : Set.of(),
                failed,
                applied);
    }

    /** The candidate is left. */
    static RolloutPlan without(Runnable applied) {
        return new RolloutPlan(null, false, Set.of(), e -> {}, applied);
    }

    /** Whether the candidate observes this camera. */
    boolean isCanary(String camera) {
        return lane != null && (all || canaries.contains(camera));
    }
}
