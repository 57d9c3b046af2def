package io.segwatch.contracts;

import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Alert;
import io.segwatch.v1.AlertReview;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.Interval;
import io.segwatch.v1.Mute;
import io.segwatch.v1.MutedSpan;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.SealedSecret;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The bounds of what people define. Each check names every field that is wrong; an empty list means all is well. */
public final class Definitions {
    public static final int MAX_NAME = 100;
    public static final int MAX_PHRASE = 200;
    public static final int MAX_PHRASES = 32;
    public static final int MAX_ZONES = 64;
    public static final int MAX_MASKS = 32;
    public static final int MAX_RINGS = 16;
    public static final int MAX_RING_POINTS = 256;
    public static final int MAX_PROMPT_POINTS = 32;
    public static final int MAX_EXPRESSION = 1_000;
    public static final double MAX_FPS = 60;
    /** Of what is said about an alert, characters. */
    public static final int MAX_NOTE = 500;
    /** Spans of a mute that are over. */
    public static final int MAX_EARLIER_MUTES = 20;
    /** Of thresholds on the change against the usual, standard deviations either way. */
    public static final double MAX_DEVIATIONS = 100;
    /** Of the probability from which a pixel is inside a query's mask; as far from 1 at the other end. */
    public static final double LEAST_THRESHOLD = 0.05;

    private static final int MAX_SEALED_BYTES = 16 << 10;
    private static final int MAX_ALERT_ID = 200;
    static final long MAX_DURATION_MS = 24L * 3_600_000;

    /** Before a query's id, the built-in rule that alerts when the query drifts from its baseline. */
    public static final String DRIFT = "drift:";

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern COLOR = Pattern.compile("#[0-9a-f]{6}");

    private Definitions() {}

    public static List<Problem> check(Camera camera) {
        FieldChecks check = new FieldChecks();
        check.id("id", camera.getId());
        check.text("name", camera.getName(), 0, MAX_NAME);
        check.cameraUrl("url", camera.getUrl());
        if (!camera.getCredentials().isEmpty()) {
            check.id("credentials", camera.getCredentials());
        }
        check.range("targetFps", camera.getTargetFps(), 0, MAX_FPS);
        check.zones(camera.getZonesList());
        PrivacyMaskChecks.check(check, camera.getPrivacyMasksList());
        check.ids("hiddenQueries", camera.getHiddenQueriesList());
        if (!camera.getTimeZone().isEmpty()) {
            check.timeZone("timeZone", camera.getTimeZone());
        }
        StreamChecks.check(check, camera);
        StreamChecks.tls(check, camera);
        return check.problems();
    }

    public static List<Problem> check(Query query) {
        FieldChecks check = new FieldChecks();
        check.id("id", query.getId());
        check.text("text", query.getText(), 1, MAX_PHRASE);
        check.phrases("synonyms", query.getSynonymsList());
        check.phrases("negatives", query.getNegativesList());
        contradictions(check, query);
        check.ids("cameras", query.getCamerasList());
        if (!query.getColor().isEmpty() && !COLOR.matcher(query.getColor()).matches()) {
            check.problem("color", "is not a colour such as #ff8800 (lower-case hex)");
        }
        if (query.getThreshold() != 0) {
            check.range("threshold", query.getThreshold(), LEAST_THRESHOLD, 1 - LEAST_THRESHOLD);
        }
        if (query.getExpiresAtMs() < 0) {
            check.problem("expiresAtMs", "must be milliseconds since 1970, or 0 for never");
        }
        return check.problems();
    }

    private static void contradictions(FieldChecks check, Query query) {
        for (int i = 0; i < query.getNegativesCount(); i++) {
            String negative = query.getNegatives(i);
            if (VisibleText.same(negative, query.getText())
                    || query.getSynonymsList().stream().anyMatch(synonym -> VisibleText.same(negative, synonym))) {
                check.problem("negatives[" + i + "]", "is what the query looks for; leave it out");
            }
        }
    }

    public static List<Problem> check(Rule rule) {
        FieldChecks check = new FieldChecks();
        check.id("id", rule.getId());
        check.text("name", rule.getName(), 0, MAX_NAME);
        check.ids("cameras", rule.getCamerasList());
        if (rule.getQuery().isEmpty() == rule.getExpression().isEmpty()) {
            check.problem("query", "give either a query or an expression");
        }
        if (!rule.getQuery().isEmpty()) {
            check.id("query", rule.getQuery());
        }
        if (!rule.getZone().isEmpty()) {
            check.id("zone", rule.getZone());
        }
        expression(check, rule.getExpression());
        if (rule.getMeasure() == Rule.Measure.UNRECOGNIZED) {
            check.problem("measure", "is none of SHARE, PEAK_PROBABILITY, CHANGE, DRIFT");
        }
        thresholds(check, rule);
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
        schedule(check, rule);
        return check.problems();
    }

    public static List<Problem> check(Prompt prompt) {
        FieldChecks check = new FieldChecks();
        check.text("id", prompt.getId(), 1, 63);
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
        return check.problems();
    }

    public static List<Problem> check(Webhook webhook) {
        FieldChecks check = new FieldChecks();
        check.id("id", webhook.getId());
        check.text("name", webhook.getName(), 0, MAX_NAME);
        check.webUrl("url", webhook.getUrl(), webhook.getFormat());
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
            check.problem("format", "is none of STRUCTURED, BINARY, SLACK, TEAMS, DISCORD, NTFY");
        }
        return check.problems();
    }

    /** Whether what is posted in this format is signed, and so needs a secret; chat services know no signature. */
    public static boolean isSigned(Webhook.Format format) {
        return format == Webhook.Format.STRUCTURED || format == Webhook.Format.BINARY;
    }

    public static List<Problem> check(WebhookReplay replay) {
        FieldChecks check = new FieldChecks();
        check.text("id", replay.getId(), 1, 63);
        check.id("webhook", replay.getWebhook());
        if (replay.getSource() == WebhookReplay.Source.UNRECOGNIZED) {
            check.problem("source", "is none of ALERTS, DEAD_LETTER");
        }
        if (replay.getFromMs() < 0 || replay.getToMs() < replay.getFromMs()) {
            check.problem("fromMs", "must be at or before toMs, both milliseconds since 1970");
        }
        return check.problems();
    }

    public static List<Problem> check(SealedSecret secret) {
        FieldChecks check = new FieldChecks();
        if (!List.of("camera", "webhook", "push", "link").contains(secret.getKind())) {
            check.problem("kind", "is none of camera, webhook, push, link");
        }
        check.id("id", secret.getId());
        check.length("authority", secret.getAuthority(), 1, CameraUrl.MAX_LENGTH);
        check.length("keyId", secret.getKeyId(), 1, MAX_NAME);
        if (secret.getSealed().size() > MAX_SEALED_BYTES) {
            check.problem("sealed", "has more than " + MAX_SEALED_BYTES + " bytes");
        }
        return check.problems();
    }

    public static List<Problem> check(AcceptedBaseline baseline) {
        FieldChecks check = new FieldChecks();
        check.id("camera", baseline.getCamera());
        check.id("query", baseline.getQuery());
        return check.problems();
    }

    public static List<Problem> check(Erasure erasure) {
        FieldChecks check = new FieldChecks();
        check.id("camera", erasure.getCamera());
        if (erasure.getRequestedAtMs() <= 0 || erasure.getBeforeMs() < erasure.getRequestedAtMs()) {
            check.problem("beforeMs", "must be at or after requestedAtMs, both milliseconds since 1970");
        }
        return check.problems();
    }

    public static List<Problem> check(AlertReview review) {
        FieldChecks check = new FieldChecks();
        check.length("alert", review.getAlert(), 1, MAX_ALERT_ID);
        check.id("camera", review.getCamera());
        check.length("seenBy", review.getSeenBy(), 0, MAX_NAME);
        check.length("acknowledgedBy", review.getAcknowledgedBy(), 0, MAX_NAME);
        check.text("note", review.getNote(), 0, MAX_NOTE);
        return check.problems();
    }

    public static List<Problem> check(Mute mute) {
        FieldChecks check = new FieldChecks();
        String id = mute.getId();
        String muted = id.substring(id.indexOf('/') + 1);
        if (!id.equals("camera/" + muted) && !id.equals("rule/" + muted)) {
            check.problem("id", "must be camera/ID or rule/ID");
        }
        check.id("id", id.startsWith("rule/") ? driftingQuery(muted).orElse(muted) : muted);
        if (mute.getEarlierCount() > MAX_EARLIER_MUTES) {
            check.problem("earlier", "has more than " + MAX_EARLIER_MUTES + " spans");
        }
        List<MutedSpan> spans = new ArrayList<>(mute.getEarlierList());
        spans.add(mute.getNow());
        for (MutedSpan span : spans) {
            check.length("now.by", span.getBy(), 0, MAX_NAME);
            if (span.getFromMs() <= 0 || span.getUntilMs() != 0 && span.getUntilMs() < span.getFromMs()) {
                check.problem("now.untilMs", "must be 0, or at or after fromMs, both milliseconds since 1970");
            }
        }
        return check.problems();
    }

    /** The query whose drift the built-in rule of this id watches; empty for a rule that a person made. */
    public static Optional<String> driftingQuery(String rule) {
        return rule.startsWith(DRIFT) ? Optional.of(rule.substring(DRIFT.length())) : Optional.empty();
    }

    /** Whether {@code text} may be the id, and so the key, of a definition. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    private static void thresholds(FieldChecks check, Rule rule) {
        boolean change = rule.getMeasure() == Rule.Measure.CHANGE;
        check.range("enter", rule.getEnter(), change ? -MAX_DEVIATIONS : 0, change ? MAX_DEVIATIONS : 1);
        check.range("exit", rule.getExit(), change ? -MAX_DEVIATIONS : 0, change ? MAX_DEVIATIONS : 1);
        if (rule.getBelow() && rule.getExit() < rule.getEnter()) {
            check.problem("exit", "must be at or above enter for a rule that watches for absence");
        } else if (!rule.getBelow() && rule.getExit() > rule.getEnter()) {
            check.problem("exit", "must be at or below enter");
        }
        if (change && rule.getExpression().isEmpty() && (rule.getBelow() ? -1 : 1) * rule.getEnter() <= 0) {
            check.problem(
                    "enter",
                    rule.getBelow()
                            ? "must be under 0: give for example -3 for three deviations under the usual"
                            : "must be over 0: give for example 3 for three deviations over the usual");
        } else if (!rule.getBelow()
                && rule.getEnter() == 0
                && rule.getExpression().isEmpty()) {
            check.problem("enter", "is 0, so the rule would always be met; give for example 0.05 for 5 %");
        }
    }

    private static void expression(FieldChecks check, String expression) {
        if (!expression.isEmpty()) {
            try {
                Expression.parse(expression);
            } catch (Expression.Malformed e) {
                check.problem("expression", e.getMessage());
            }
        }
    }

    private static void schedule(FieldChecks check, Rule rule) {
        if (!rule.hasSchedule()) {
            return;
        }
        check.timeZone("schedule.timeZone", rule.getSchedule().getTimeZone());
        for (Interval interval : rule.getSchedule().getIntervalsList()) {
            boolean minutes = interval.getStartMinute() >= 0
                    && interval.getStartMinute() <= 1_440
                    && interval.getEndMinute() >= 0
                    && interval.getEndMinute() <= 1_440
                    && interval.getStartMinute() != interval.getEndMinute();
            if (!minutes || interval.getDaysList().stream().anyMatch(day -> day < 1 || day > 7)) {
                check.problem("schedule.intervals", "needs days 1..7 and two different minutes 0..1440");
            }
        }
    }
}
