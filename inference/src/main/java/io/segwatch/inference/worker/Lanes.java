package io.segwatch.inference.worker;

import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which model observes which camera. There is the running model, and while a rollout asks for it the candidate; a
 * camera that changes is forgotten by the one and begins anew with the other. For the worker's thread, but for
 * {@link #behind}.
 */
final class Lanes {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);

    private final Lane running;
    private final Supplier<RolloutPlan> plans;
    private volatile RolloutPlan plan = RolloutPlan.NONE;

    /** @param plans the plan as it is now; another object when it has changed */
    Lanes(Lane running, Supplier<RolloutPlan> plans) {
        this.running = running;
        this.plans = plans;
    }

    /** @param camera null for a record without a key, which no lane can read */
    Lane of(String camera) {
        return camera != null && plan.isCanary(camera) ? plan.lane() : running;
    }

    /** Moves cameras if the plan has changed. Takes as long as the encoders do for what has been decoded. */
    void refresh() {
        RolloutPlan now = plans.get();
        RolloutPlan before = plan;
        if (now == before) {
            return;
        }
        List<WaitingFrame> moving = new ArrayList<>();
        leave(running, camera -> !before.isCanary(camera) && now.isCanary(camera), moving);
        if (before.lane() != null) {
            boolean leaves = before.lane() != now.lane();
            leave(before.lane(), camera -> leaves || !now.isCanary(camera), moving);
        }
        plan = now;
        moving.forEach(frame -> of(frame.record().key()).frames().add(frame.record()));
        now.applied().run();
    }

    private static void leave(Lane lane, Predicate<String> cameras, List<WaitingFrame> moving) {
        moving.addAll(lane.frames().takeWaiting(cameras));
        boolean finished = false;
        while (!finished) {
            try {
                lane.frames().finishDecoded();
                finished = true;
            } catch (ModelException e) {
                log.warn("Frames are left out at a change of model: {}", e.getMessage());
            }
        }
        lane.prompts().answerAll(lane.frames(), cameras);
        lane.processor().cameras().stream().filter(cameras).forEach(lane.processor()::release);
    }

    private List<Lane> all() {
        Lane candidate = plan.lane();
        return candidate == null ? List.of(running) : List.of(running, candidate);
    }

    /** Moves frames on, as {@link FramePipeline#advance}. */
    void advance(Duration patience) {
        running.frames().advance(patience);
        RolloutPlan now = plan;
        if (now.lane() != null) {
            try {
                now.lane().frames().advance(patience);
            } catch (ModelException e) {
                now.failed().accept(e);
            }
        }
    }

    /** Answers prompts whose frames have been observed. */
    void answerPrompts() {
        all().forEach(lane -> lane.prompts().answer(lane.frames()));
    }

    /** Scores new queries on past frames for about so long; true while there are more. */
    boolean backfill(long budgetMs) {
        boolean more = false;
        for (Lane lane : all()) {
            more |= lane.processor().backfill(budgetMs);
        }
        return more;
    }

    boolean isIdle() {
        return all().stream().allMatch(lane -> lane.frames().isIdle());
    }

    /** How long nothing is to be done unless more frames come; zero while an encoder works. */
    Duration untilDue() {
        return all().stream()
                .filter(lane -> !lane.frames().isIdle())
                .map(lane -> lane.frames().untilDue())
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    boolean hasPrompts() {
        return all().stream().anyMatch(lane -> !lane.prompts().isEmpty());
    }

    /** True when no more prompts should be read until some are answered. */
    boolean isFullOfPrompts() {
        return all().stream().anyMatch(lane -> lane.prompts().isFull());
    }

    /** The records whose results are not with Kafka. */
    List<ConsumerRecord<String, byte[]>> open() {
        return all().stream()
                .flatMap(lane ->
                        Stream.concat(lane.frames().open(), lane.prompts().open()))
                .toList();
    }

    /** Observes every frame that has been decoded. */
    void finishDecoded() {
        all().forEach(lane -> lane.frames().finishDecoded());
    }

    /** Forgets every frame that has been decoded. */
    void discardDecoded() {
        all().forEach(lane -> lane.frames().discardDecoded());
    }

    /** Forgets what waits of these partitions. */
    void drop(Collection<TopicPartition> partitions) {
        for (Lane lane : all()) {
            lane.frames().dropWaiting(partitions);
            lane.prompts().drop(partitions);
        }
    }

    /** Releases the cameras of a partition of frames. */
    void release(int partition) {
        all().forEach(lane -> lane.processor().release(partition));
    }

    /** Why frames wait too long for their turn; empty while they do not. For any thread. */
    Optional<String> behind() {
        return all().stream().flatMap(lane -> lane.frames().behind().stream()).findFirst();
    }

    /** The cameras that the worker observes. For any thread. */
    Stream<String> cameras() {
        return all().stream()
                .flatMap(lane -> lane.processor().cameras().stream())
                .distinct();
    }
}
