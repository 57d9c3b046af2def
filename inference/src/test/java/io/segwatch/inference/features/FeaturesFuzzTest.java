package io.segwatch.inference.features;

import io.segwatch.contracts.KeptInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FeaturesFuzzTest {
    @TestFactory
    Stream<DynamicTest> holdsForTheKeptInputs() {
        return KeptInputs.of(FeatureVectorsFuzz.class);
    }
}
