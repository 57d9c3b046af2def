package io.segwatch.dashboard.listen;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds a server's connections so that a newcomer always gets a place: when all are taken, the address that holds most
 * of them loses the one that has been without a request longest. Whoever opens many pushes out nobody else. Threadsafe.
 */
public final class ConnectionLimit {
    private static final class Place {
        private final String owner;
        private final HttpConnection connection;
        private int requests;
        private long since;

        private Place(HttpConnection connection, long since) {
            this.owner = Authority.ownerOf(connection.remoteAddress());
            this.connection = connection;
            this.since = since;
        }

        private boolean isBusy() {
            return requests > 0;
        }
    }

    private final int limit;
    private final Map<HttpConnection, Place> places = new LinkedHashMap<>();
    /** Counts changes, so that the oldest is known. */
    private long time;

    /** @param limit connections at a time */
    public ConnectionLimit(int limit) {
        this.limit = limit;
    }

    /** Counts the connections of this server; call before it listens. */
    public void guard(HttpServer server) {
        server.connectionHandler(this::opened);
    }

    private void opened(HttpConnection connection) {
        Optional<Place> loser = take(connection);
        connection.closeHandler(closed -> leave(connection));
        loser.ifPresent(place -> place.connection.close());
    }

    private synchronized Optional<Place> take(HttpConnection connection) {
        Optional<Place> loser = places.size() < limit ? Optional.empty() : loser();
        loser.ifPresent(place -> places.remove(place.connection));
        places.put(connection, new Place(connection, time++));
        return loser;
    }

    private Optional<Place> loser() {
        Map<String, Integer> held = new HashMap<>();
        places.values().forEach(place -> held.merge(place.owner, 1, Integer::sum));
        return places.values().stream()
                .min(Comparator.<Place>comparingInt(place -> -held.get(place.owner))
                        .thenComparing(Place::isBusy)
                        .thenComparingLong(place -> place.since));
    }

    /** No longer counts a connection. */
    public synchronized void leave(HttpConnection connection) {
        places.remove(connection);
    }

    /** A request has come whole: until {@link #answered}, its connection is the last to be closed. */
    public void asked(HttpConnection connection) {
        change(connection, 1);
    }

    public void answered(HttpConnection connection) {
        change(connection, -1);
    }

    private synchronized void change(HttpConnection connection, int by) {
        Place place = places.get(connection);
        if (place != null) {
            place.requests += by;
            place.since = time++;
        }
    }
}
