package io.segwatch.dashboard.http;

import io.segwatch.contracts.KeptInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class HttpFuzzTest {
    @TestFactory
    Stream<DynamicTest> holdsForTheKeptInputs() {
        return KeptInputs.of(RequestFuzz.class);
    }
}
