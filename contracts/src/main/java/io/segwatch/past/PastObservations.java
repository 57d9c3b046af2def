package io.segwatch.past;

import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import java.util.List;
import java.util.function.Predicate;

/** What queries would have seen that never ran, from the feature log: coarse. Threadsafe. */
public interface PastObservations {
    /**
     * Hands over one observation for each frame that the feature log holds, in order, until {@code more} is false;
     * blocks meanwhile. Their masks are coarse.
     *
     * @param fromMs event time from which on
     */
    void observations(String camera, List<Query> queries, long fromMs, Predicate<Observation> more);
}
