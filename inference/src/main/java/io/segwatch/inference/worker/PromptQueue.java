package io.segwatch.inference.worker;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.v1.Prompt;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prompts in the order in which they were read. Each waits for the frames of its camera that were read before it, for
 * it may be about one of them. For the worker's thread.
 */
final class PromptQueue {
    private static final Logger log = LoggerFactory.getLogger(PromptQueue.class);
    private static final int MAX_WAITING = 1_000;
    /** In a row, before frames are looked after again. */
    private static final int MAX_ANSWERS = 16;

    private record WaitingPrompt(ConsumerRecord<String, byte[]> record, long framesBefore) {}

    private final PromptHandler handler;
    private final Function<String, EncodingHistory> histories;
    private final DeadLetters deadLetters;
    private final Deque<WaitingPrompt> waiting = new ArrayDeque<>();

    /** @param histories of cameras; null for one of which no frame has been encoded */
    PromptQueue(PromptHandler handler, Function<String, EncodingHistory> histories, DeadLetters deadLetters) {
        this.handler = handler;
        this.histories = histories;
        this.deadLetters = deadLetters;
    }

    /** @param framesBefore {@link FramePipeline#added} */
    void add(ConsumerRecord<String, byte[]> record, long framesBefore) {
        waiting.addLast(new WaitingPrompt(record, framesBefore));
    }

    /** True when no more should be read until some are answered. */
    boolean isFull() {
        return waiting.size() >= MAX_WAITING;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The records that are not answered. */
    Stream<ConsumerRecord<String, byte[]>> open() {
        return waiting.stream().map(WaitingPrompt::record);
    }

    void drop(Collection<TopicPartition> partitions) {
        waiting.removeIf(one -> partitions.contains(new TopicPartition(one.record.topic(), one.record.partition())));
    }

    /** Answers some of the prompts whose frames have been observed. */
    void answer(FramePipeline frames) {
        for (int i = 0; i < MAX_ANSWERS && !waiting.isEmpty(); i++) {
            WaitingPrompt next = waiting.getFirst();
            if (!frames.isDoneWith(next.record.key(), next.framesBefore)) {
                return;
            }
            waiting.removeFirst();
            answer(next.record);
        }
    }

    /** Answers what was asked of these cameras, whose frames are all observed or forgotten. */
    void answerAll(FramePipeline frames, Predicate<String> cameras) {
        answer(frames);
        waiting.removeIf(one -> {
            boolean leaves = one.record.key() == null || cameras.test(one.record.key());
            if (leaves) {
                answer(one.record);
            }
            return leaves;
        });
    }

    private void answer(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.key() == null) {
                throw new IllegalArgumentException("a prompt needs its camera as key");
            }
            Prompt prompt = Topic.PROMPTS.parse(record.value());
            if (prompt == null) {
                handler.stopAll(record.key());
            } else if (prompt.getPointsCount() == 0 && !prompt.hasBox()) {
                handler.stop(record.key(), prompt.getId());
            } else {
                answer(record, prompt);
            }
        } catch (MalformedRecordException | IllegalArgumentException e) {
            deadLetters.put(record, e.getMessage());
        } catch (RuntimeException e) {
            log.error("A prompt failed", e);
            deadLetters.put(record, e.toString());
        }
    }

    private void answer(ConsumerRecord<String, byte[]> record, Prompt prompt) {
        List<Problem> problems = Definitions.check(prompt);
        if (!record.key().equals(prompt.getCamera())) {
            throw new IllegalArgumentException("the record's key is " + record.key() + ", the prompt's camera "
                    + prompt.getCamera() + "; they must be the same");
        }
        if (problems.isEmpty()) {
            handler.answer(prompt, histories.apply(prompt.getCamera()));
        } else {
            handler.refuse(prompt, Problem.describe(problems));
            deadLetters.put(record, Problem.describe(problems));
        }
    }
}
