package io.segwatch.inference.model;

import java.util.List;
import java.util.Locale;

/** Tells a run that found no memory from one that failed otherwise: ONNX Runtime has no code of its own for it. */
final class DeviceMemory {
    private static final List<String> WORDS =
            List.of("failed to allocate memory", "out of memory", "alloc_failed", "bad allocation", "bad_alloc");

    private DeviceMemory() {}

    static boolean isExhausted(String said) {
        String lower = said.toLowerCase(Locale.ROOT);
        return WORDS.stream().anyMatch(lower::contains);
    }

    /** A run that found no memory; a smaller one may. */
    static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ExhaustedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
