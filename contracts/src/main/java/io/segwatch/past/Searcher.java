package io.segwatch.past;

import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchHeat;
import io.segwatch.v1.SearchRequest;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Looks for words in the feature log. Threadsafe. */
public interface Searcher {
    /**
     * Searches from the newest frame to the oldest; blocks for as long as it takes, up to a second for a day of one
     * camera. Memory does not grow with the span.
     *
     * @param events gets what is found as it is found, on the calling thread; the last one is an end or a failure
     * @param cancelled asked often; once true, the search ends without a further event
     * @throws IllegalArgumentException when the request is out of bounds, with the field and the remedy
     */
    void search(SearchRequest request, Consumer<SearchEvent> events, BooleanSupplier cancelled);

    /**
     * Where in a kept frame the query is; blocks for some milliseconds. Empty when the frame is no longer kept.
     *
     * @param capturedAtMs event time of the frame
     */
    Optional<SearchHeat> heat(Query query, String camera, long epoch, long sequence, long capturedAtMs);
}
