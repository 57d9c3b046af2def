package io.segwatch.inference.model;

import io.segwatch.contracts.KeptInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class InferenceFuzzTest {
    @TestFactory
    Stream<DynamicTest> holdsForTheKeptInputs() {
        return KeptInputs.of(JpegHeaderFuzz.class, ModelJsonFuzz.class);
    }
}
