package io.segwatch.contracts;

import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Box;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Interval;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.Zone;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The bounds of what people define. Each check names every field that is wrong; an empty list means all is well. */
public final class Definitions {
    public static final int MAX_NAME = 100;
    public static final int MAX_PHRASE = 200;
    public static final int MAX_PHRASES = 32;
    public static final int MAX_ZONES = 64;
    public static final int MAX_RINGS = 16;
    public static final int MAX_RING_POINTS = 256;
    public static final int MAX_PROMPT_POINTS = 32;
    public static final int MAX_EXPRESSION = 1_000;
    public static final double MAX_FPS = 60;
    /** Of thresholds on the change against the usual, standard deviations either way. */
    public static final double MAX_DEVIATIONS = 100;

    private static final int MAX_URL = 2_000;
    static final long MAX_DURATION_MS = 24L * 3_600_000;

    /** Before a query's id, the built-in rule that alerts when the query drifts from its baseline. */
    public static final String DRIFT = "drift:";

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern COLOR = Pattern.compile("#[0-9a-f]{6}");
    private static final Set<String> SCHEMES = Set.of("rtsp", "rtsps", "http", "https", "file", "v4l2");

    private final List<Problem> problems = new ArrayList<>();

    private Definitions() {}

    public static List<Problem> check(Camera camera) {
        Definitions check = new Definitions();
        check.id("id", camera.getId());
        check.length("name", camera.getName(), 0, MAX_NAME);
        check.url(camera.getUrl());
        if (!camera.getCredentials().isEmpty()) {
            check.id("credentials", camera.getCredentials());
        }
        check.range("targetFps", camera.getTargetFps(), 0, MAX_FPS);
        check.zones(camera.getZonesList());
        if (!camera.getTimeZone().isEmpty()) {
            check.timeZone("timeZone", camera.getTimeZone());
        }
        return check.problems;
    }

    public static List<Problem> check(Query query) {
        Definitions check = new Definitions();
        check.id("id", query.getId());
        check.length("text", query.getText().strip(), 1, MAX_PHRASE);
        check.phrases("synonyms", query.getSynonymsList());
        check.phrases("negatives", query.getNegativesList());
        check.ids("cameras", query.getCamerasList());
        if (!query.getColor().isEmpty() && !COLOR.matcher(query.getColor()).matches()) {
            check.problem("color", "is not a colour such as #ff8800 (lower-case hex)");
        }
        return check.problems;
    }

    public static List<Problem> check(Rule rule) {
        Definitions check = new Definitions();
        check.id("id", rule.getId());
        check.length("name", rule.getName(), 0, MAX_NAME);
        check.ids("cameras", rule.getCamerasList());
        if (rule.getQuery().isEmpty() == rule.getExpression().isEmpty()) {
            check.problem("query", "give either a query or an expression");
        }
        if (!rule.getQuery().isEmpty()) {
            check.id("query", rule.getQuery());
        }
        check.expression(rule.getExpression());
        if (rule.getMeasure() == Rule.Measure.UNRECOGNIZED) {
            check.problem("measure", "is none of SHARE, PEAK_PROBABILITY, CHANGE, DRIFT");
        }
        check.thresholds(rule);
        check.duration("dwellMs", rule.getDwellMs());
        check.duration("exitDwellMs", rule.getExitDwellMs());
        check.duration("cooldownMs", rule.getCooldownMs());
        if (rule.getN() < 0 || rule.getN() > 1_000 || rule.getK() < 0 || rule.getK() > rule.getN()) {
            check.problem("k", "K of N frames needs 0 <= k <= n <= 1000");
        } else if (rule.getN() > 0 && rule.getK() == 0) {
            check.problem("k", "is 0, so the condition would always hold; give 1 or more");
        }
        check.range("minComponent", rule.getMinComponent(), 0, 1);
        if (rule.getMinComponent() > 0 && rule.getMeasure() == Rule.Measure.CHANGE) {
            check.problem("minComponent", "must be 0 with the measure CHANGE: the usual is that of the whole share");
        }
        if (rule.getMaxAlertsPerHour() < 0 || rule.getMaxAlertsPerHour() > 3_600) {
            check.problem("maxAlertsPerHour", "is outside 0..3600");
        }
        check.schedule(rule);
        return check.problems;
    }

    public static List<Problem> check(Prompt prompt) {
        Definitions check = new Definitions();
        check.length("id", prompt.getId(), 1, 63);
        check.id("camera", prompt.getCamera());
        if (prompt.getPointsCount() == 0 && !prompt.hasBox()) {
            check.problem("points", "give a point or a box");
        }
        if (prompt.getPointsCount() > MAX_PROMPT_POINTS) {
            check.problem("points", "has more than " + MAX_PROMPT_POINTS + " points");
        }
        for (PromptPoint point : prompt.getPointsList()) {
            check.point("points", point.getAt());
        }
        if (prompt.hasBox()) {
            check.box(prompt.getBox());
        }
        return check.problems;
    }

    public static List<Problem> check(Webhook webhook) {
        Definitions check = new Definitions();
        check.id("id", webhook.getId());
        check.length("name", webhook.getName(), 0, MAX_NAME);
        check.webAddress(webhook.getUrl());
        check.ids(
                "rules",
                webhook.getRulesList().stream()
                        .map(rule -> driftingQuery(rule).orElse(rule))
                        .toList());
        check.ids("cameras", webhook.getCamerasList());
        for (Alert.State state : webhook.getStatesList()) {
            if (state == Alert.State.STATE_UNSPECIFIED || state == Alert.State.UNRECOGNIZED) {
                check.problem("states", "holds what is none of OPEN, UPDATE, CLOSE, DIGEST");
            }
        }
        if (webhook.getFormat() == Webhook.Format.UNRECOGNIZED) {
            check.problem("format", "is none of STRUCTURED, BINARY");
        }
        return check.problems;
    }

    public static List<Problem> check(WebhookReplay replay) {
        Definitions check = new Definitions();
        check.length("id", replay.getId(), 1, 63);
        check.id("webhook", replay.getWebhook());
        if (replay.getSource() == WebhookReplay.Source.UNRECOGNIZED) {
            check.problem("source", "is none of ALERTS, DEAD_LETTER");
        }
        if (replay.getFromMs() < 0 || replay.getToMs() < replay.getFromMs()) {
            check.problem("fromMs", "must be at or before toMs, both milliseconds since 1970");
        }
        return check.problems;
    }

    public static List<Problem> check(AcceptedBaseline baseline) {
        Definitions check = new Definitions();
        check.id("camera", baseline.getCamera());
        check.id("query", baseline.getQuery());
        return check.problems;
    }

    /** The query whose drift the built-in rule of this id watches; empty for a rule that a person made. */
    public static Optional<String> driftingQuery(String rule) {
        return rule.startsWith(DRIFT) ? Optional.of(rule.substring(DRIFT.length())) : Optional.empty();
    }

    /** Whether {@code text} may be the id, and so the key, of a definition. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** Credentials in a URL would reach topics and logs. */
    public static boolean hasUserInfo(String url) {
        int authority = url.indexOf("://");
        if (authority < 0) {
            return false;
        }
        int end = authority + 3;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return url.lastIndexOf('@', end - 1) > authority;
    }

    private void url(String url) {
        if (url.isBlank()) {
            problem("url", "is empty; give for example rtsp://192.168.1.20/stream1 or file:/videos/door.mp4");
        } else if (url.length() > MAX_URL) {
            problem("url", "is longer than " + MAX_URL + " characters");
        } else if (hasUserInfo(url)) {
            problem("url", "holds a user or password; give them as credentials, never in the address");
        } else {
            scheme(url);
        }
    }

    private void webAddress(String url) {
        if (url.isBlank()) {
            problem("url", "is empty; give for example https://example.com/alerts");
        } else if (url.length() > MAX_URL) {
            problem("url", "is longer than " + MAX_URL + " characters");
        } else if (hasUserInfo(url)) {
            problem("url", "holds a user or password; the receiver knows us by the signature instead");
        } else {
            webScheme(url);
        }
    }

    private void webScheme(String url) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                problem("url", "must start with http:// or https://");
            } else if (uri.getHost() == null || uri.getPort() > 65_535 || uri.getPort() == 0) {
                problem("url", "names no host and port that can be reached, as https://example.com:8443/alerts does");
            } else if (uri.getRawFragment() != null) {
                problem("url", "has a part after #, which is never sent; leave it out");
            }
        } catch (URISyntaxException e) {
            problem("url", "is no valid address: " + e.getReason() + " at character " + e.getIndex());
        }
    }

    private void scheme(String url) {
        try {
            String scheme = new URI(url).getScheme();
            if (scheme == null || !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
                problem("url", "must start with rtsp://, rtsps://, http://, https://, file:/ or v4l2:/dev/video");
            }
        } catch (URISyntaxException e) {
            problem("url", "is no valid address: " + e.getReason() + " at character " + e.getIndex());
        }
    }

    private void zones(List<Zone> zones) {
        if (zones.size() > MAX_ZONES) {
            problem("zones", "has more than " + MAX_ZONES + " zones");
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < zones.size(); i++) {
            Zone zone = zones.get(i);
            String field = "zones[" + i + "]";
            id(field + ".id", zone.getId());
            if (!ids.add(zone.getId())) {
                problem(field + ".id", "is used twice");
            }
            length(field + ".name", zone.getName(), 0, MAX_NAME);
            rings(field + ".rings", zone);
        }
    }

    private void rings(String field, Zone zone) {
        boolean line = zone.getKind() == Zone.Kind.LINE;
        int fewest = line ? 2 : 3;
        if (zone.getKind() == Zone.Kind.UNRECOGNIZED) {
            problem(field, "has a kind that is none of AREA, EXCLUDE, LINE");
        }
        if (zone.getRingsCount() == 0 || zone.getRingsCount() > (line ? 1 : MAX_RINGS)) {
            problem(field, line ? "a line has exactly one ring" : "needs 1 to " + MAX_RINGS + " rings");
        }
        for (Ring ring : zone.getRingsList()) {
            if (ring.getPointsCount() < fewest || ring.getPointsCount() > MAX_RING_POINTS) {
                problem(field, "a ring needs " + fewest + " to " + MAX_RING_POINTS + " points");
            }
            ring.getPointsList().forEach(point -> point(field, point));
        }
    }

    private void thresholds(Rule rule) {
        boolean change = rule.getMeasure() == Rule.Measure.CHANGE;
        range("enter", rule.getEnter(), change ? -MAX_DEVIATIONS : 0, change ? MAX_DEVIATIONS : 1);
        range("exit", rule.getExit(), change ? -MAX_DEVIATIONS : 0, change ? MAX_DEVIATIONS : 1);
        if (rule.getBelow() && rule.getExit() < rule.getEnter()) {
            problem("exit", "must be at or above enter for a rule that watches for absence");
        } else if (!rule.getBelow() && rule.getExit() > rule.getEnter()) {
            problem("exit", "must be at or below enter");
        }
        if (change && rule.getExpression().isEmpty() && (rule.getBelow() ? -1 : 1) * rule.getEnter() <= 0) {
            problem(
                    "enter",
                    rule.getBelow()
                            ? "must be under 0: give for example -3 for three deviations under the usual"
                            : "must be over 0: give for example 3 for three deviations over the usual");
        } else if (!rule.getBelow()
                && rule.getEnter() == 0
                && rule.getExpression().isEmpty()) {
            problem("enter", "is 0, so the rule would always be met; give for example 0.05 for 5 %");
        }
    }

    private void expression(String expression) {
        if (!expression.isEmpty()) {
            try {
                Expression.parse(expression);
            } catch (Expression.Malformed e) {
                problem("expression", e.getMessage());
            }
        }
    }

    private void schedule(Rule rule) {
        if (!rule.hasSchedule()) {
            return;
        }
        timeZone("schedule.timeZone", rule.getSchedule().getTimeZone());
        for (Interval interval : rule.getSchedule().getIntervalsList()) {
            boolean minutes = interval.getStartMinute() >= 0
                    && interval.getStartMinute() <= 1_440
                    && interval.getEndMinute() >= 0
                    && interval.getEndMinute() <= 1_440
                    && interval.getStartMinute() != interval.getEndMinute();
            if (!minutes || interval.getDaysList().stream().anyMatch(day -> day < 1 || day > 7)) {
                problem("schedule.intervals", "needs days 1..7 and two different minutes 0..1440");
            }
        }
    }

    private void timeZone(String field, String name) {
        try {
            ZoneId.of(name);
        } catch (DateTimeException e) {
            problem(field, "is no time zone; give for example Europe/Berlin or UTC");
        }
    }

    private void box(Box box) {
        if (!(box.getX0() >= 0 && box.getX1() <= 1 && box.getY0() >= 0 && box.getY1() <= 1)) {
            problem("box", "leaves the picture; its corners are 0..1");
        } else if (!(box.getX0() < box.getX1() && box.getY0() < box.getY1())) {
            problem("box", "is empty; x0 < x1 and y0 < y1");
        }
    }

    private void point(String field, Point point) {
        // Written so that NaN is refused too.
        if (!(point.getX() >= 0 && point.getX() <= 1 && point.getY() >= 0 && point.getY() <= 1)) {
            problem(field, "a point leaves the picture; x and y are 0..1");
        }
    }

    private void id(String field, String id) {
        if (!isId(id)) {
            problem(field, "must be 1 to 63 of a-z, 0-9 and '-', starting with a letter or digit");
        }
    }

    private void ids(String field, List<String> ids) {
        if (ids.size() > 1_000) {
            problem(field, "has more than 1000 entries");
        }
        ids.forEach(id -> id(field, id));
    }

    private void phrases(String field, List<String> phrases) {
        if (phrases.size() > MAX_PHRASES) {
            problem(field, "has more than " + MAX_PHRASES + " entries");
        }
        phrases.forEach(phrase -> length(field, phrase.strip(), 1, MAX_PHRASE));
    }

    private void length(String field, String text, int fewest, int most) {
        if (text.length() < fewest) {
            problem(field, "is empty");
        } else if (text.length() > most) {
            problem(field, "has " + text.length() + " characters, more than " + most);
        }
    }

    private void range(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            problem(field, "is outside " + least + ".." + most);
        }
    }

    private void duration(String field, long ms) {
        if (ms < 0 || ms > MAX_DURATION_MS) {
            problem(field, "is outside 0.." + MAX_DURATION_MS + " ms (a day)");
        }
    }

    private void problem(String field, String message) {
        problems.add(new Problem(field, message));
    }
}
