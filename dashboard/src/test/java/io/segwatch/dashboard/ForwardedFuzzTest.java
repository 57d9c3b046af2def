package io.segwatch.dashboard;

import io.segwatch.contracts.KeptInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ForwardedFuzzTest {
    @TestFactory
    Stream<DynamicTest> holdsForTheKeptInputs() {
        return KeptInputs.of(ForwardedFuzz.class);
    }
}
