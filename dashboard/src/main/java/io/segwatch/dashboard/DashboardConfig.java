package io.segwatch.dashboard;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Settings of the dashboard; the key of each is {@code segwatch.dashboard.} and its name with dashes.
 *
 * @param host address to listen on; anything but a loopback address needs a token
 * @param port to listen on, 0 to 65,535; 0 takes any free one
 * @param token secret that a person or program shows to get in, 16 to 200 characters; empty for none
 * @param maxViewers open live pages and event streams, 1 to 10,000; more are refused
 * @param maxCameras that can be defined, 1 to 10,000
 * @param maxQueries that can be defined, 1 to 10,000
 * @param maxRules that can be defined, 1 to 10,000
 * @param maxWebhooks that can be defined, 1 to 1,000
 * @param areaRecords windows kept in memory for the charts, over all series, 100 to 10,000,000 (about 300 bytes each)
 * @param alertRecords alerts kept in memory for the list, 10 to 100,000
 */
public record DashboardConfig(
        String host,
        int port,
        String token,
        int maxViewers,
        int maxCameras,
        int maxQueries,
        int maxRules,
        int maxWebhooks,
        int areaRecords,
        int alertRecords) {

    public DashboardConfig {
        range("port", port, 0, 65_535);
        range("max-viewers", maxViewers, 1, 10_000);
        range("max-cameras", maxCameras, 1, 10_000);
        range("max-queries", maxQueries, 1, 10_000);
        range("max-rules", maxRules, 1, 10_000);
        range("max-webhooks", maxWebhooks, 1, 1_000);
        range("area-records", areaRecords, 100, 10_000_000);
        range("alert-records", alertRecords, 10, 100_000);
        if (!token.isEmpty() && (token.length() < 16 || token.length() > 200)) {
            throw new IllegalArgumentException(
                    "segwatch.dashboard.token must have 16 to 200 characters, not " + token.length());
        }
        if (token.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("segwatch.dashboard.host is " + host
                    + ", which others can reach, so segwatch.dashboard.token must be set (16 characters or more)."
                    + " Or listen on 127.0.0.1.");
        }
    }

    /** Loopback only, port 8080, no token. */
    public static DashboardConfig defaults() {
        return new DashboardConfig("127.0.0.1", 8080, "", 64, 64, 200, 200, 64, 60_000, 500);
    }

    /** The same, listening on another port. */
    public DashboardConfig withPort(int other) {
        return new DashboardConfig(
                host,
                other,
                token,
                maxViewers,
                maxCameras,
                maxQueries,
                maxRules,
                maxWebhooks,
                areaRecords,
                alertRecords);
    }

    /** The same, with another address and token. */
    public DashboardConfig withAccess(String otherHost, String otherToken) {
        return new DashboardConfig(
                otherHost,
                port,
                otherToken,
                maxViewers,
                maxCameras,
                maxQueries,
                maxRules,
                maxWebhooks,
                areaRecords,
                alertRecords);
    }

    /** Whether only this machine can reach {@link #host}. */
    boolean isLoopback() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("segwatch.dashboard.host " + host + " is no address of this machine", e);
        }
    }

    private static void range(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "segwatch.dashboard." + key + " must be " + least + ".." + most + ", not " + value);
        }
    }

    /** Without the token, so that it can be logged. */
    @Override
    public String toString() {
        return "DashboardConfig[host=" + host + ", port=" + port + ", token=" + (token.isEmpty() ? "none" : "***")
                + ", maxViewers=" + maxViewers + ", maxCameras=" + maxCameras + ", maxQueries=" + maxQueries
                + ", maxRules=" + maxRules + ", maxWebhooks=" + maxWebhooks + ", areaRecords=" + areaRecords
                + ", alertRecords=" + alertRecords + "]";
    }
}
