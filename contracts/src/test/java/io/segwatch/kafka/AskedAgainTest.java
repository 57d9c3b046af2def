package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

final class AskedAgainTest {
    @Test
    void whatKafkaCallsRetriableIsAskedAgainUntilThereIsAnAnswer() throws Exception {
        Deque<Exception> refusals = new ArrayDeque<>(List.of(
                new UnknownTopicOrPartitionException("just made"), new NotLeaderOrFollowerException("starting")));

        String answer = AskedAgain.whileRetriable(() -> {
            if (!refusals.isEmpty()) {
                throw new ExecutionException(refusals.poll());
            }
            return "known";
        });

        assertThat(answer).isEqualTo("known");
    }

    @Test
    void anotherRefusalIsToldAtOnce() {
        int[] asked = new int[1];

        assertThatThrownBy(() -> AskedAgain.whileRetriable(() -> {
                    asked[0]++;
                    throw new ExecutionException(new TopicAuthorizationException("segwatch.frames"));
                }))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThat(asked[0]).isOne();
    }
}
