package io.segwatch.contracts;

import io.segwatch.v1.Rule;

/**
 * What a rule does unless the person who makes it says otherwise: the same on the page and on the command line.
 * {@code segwatch score-alerts} measures how right it is.
 */
public final class DefaultRule {
    private DefaultRule() {}

    /**
     * Opens when the query covers 5 % of the whole picture in 3 of the last 6 frames, for two seconds on end; closes
     * when that has been gone for two seconds under 3 %.
     *
     * @param query id of the query
     */
    public static Rule of(String query) {
        return Rule.newBuilder()
                .setId("default")
                .setQuery(query)
                .setEnter(0.05)
                .setExit(0.03)
                .setK(3)
                .setN(6)
                .setDwellMs(2_000)
                .setExitDwellMs(2_000)
                .setCooldownMs(5_000)
                .build();
    }
}
