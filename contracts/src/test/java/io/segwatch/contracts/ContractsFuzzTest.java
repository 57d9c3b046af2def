package io.segwatch.contracts;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ContractsFuzzTest {
    @TestFactory
    Stream<DynamicTest> holdsForTheKeptInputs() {
        return KeptInputs.of(
                RleFuzz.class, ExpressionFuzz.class, RecordFuzz.class, CameraUrlFuzz.class, VisibleTextFuzz.class);
    }
}
