package io.segwatch.past;

import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchHeat;
import io.segwatch.v1.SearchRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Looks for words in the feature log. Threadsafe. */
public interface Searcher {
    /**
     * Gets ready for a search that is likely to come, on a thread of its own: the words are loaded, and the code is run
     * in. Returns at once; more calls meanwhile do nothing. A search need not wait for it.
     *
     * @return completed when it is ready, or was stopped; never fails
     */
    CompletionStage<Void> prepare();

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
