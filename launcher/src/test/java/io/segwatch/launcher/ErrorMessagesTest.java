package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ErrorMessagesTest {
    @Test
    void tellsTheCausesThatSayMore() {
        var failure = new IllegalStateException("cannot start", new IOException("port 80 is taken"));
        assertThat(ErrorMessages.describe(failure)).isEqualTo("cannot start: port 80 is taken");
    }

    @Test
    void doesNotRepeatACauseThatTheMessageHolds() {
        var failure = new IllegalStateException("cannot start: port 80 is taken", new IOException("port 80 is taken"));
        assertThat(ErrorMessages.describe(failure)).isEqualTo("cannot start: port 80 is taken");
    }

    @Test
    void leavesASentenceThatSaysWhatToDoAsItIs() {
        var failure = new IllegalStateException("Port 80 is taken. Name another.", new IOException("Address in use"));
        assertThat(ErrorMessages.describe(failure)).isEqualTo("Port 80 is taken. Name another.");
    }

    @Test
    void namesAFailureWithoutAMessage() {
        assertThat(ErrorMessages.describe(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
