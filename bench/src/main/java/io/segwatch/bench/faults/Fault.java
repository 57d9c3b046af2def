package io.segwatch.bench.faults;

/**
 * A fault that Segwatch must survive.
 *
 * @param name for {@code --only}
 * @param promise what a user may count on, in words
 * @param rounds times that it is brought about unless asked otherwise
 */
record Fault(String name, String promise, int rounds, Trial trial) {
    /** Brings the fault about {@code rounds} times and measures. */
    interface Trial {
        void run(TestBed bed, int rounds, Measured measured) throws Exception;
    }
}
