package io.segwatch.contracts;

import io.segwatch.v1.Box;
import io.segwatch.v1.Point;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.Zone;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Collects what is wrong with the fields of one message. */
final class FieldChecks {
    private final List<Problem> problems = new ArrayList<>();

    /** In the order in which they were found. */
    List<Problem> problems() {
        return problems;
    }

    void cameraUrl(String field, String url) {
        try {
            AddressSecrets secrets = CameraUrl.parse(url).secrets();
            if (secrets.login().isPresent()) {
                problem(field, "holds a user or password; give them as credentials, never in the address");
            } else {
                masked(field, secrets);
            }
        } catch (IllegalArgumentException e) {
            problem(field, e.getMessage());
        }
    }

    /** A definition can be read by many, so what lets one in must not stand in it. */
    private void masked(String field, AddressSecrets secrets) {
        secrets.values().stream()
                .filter(value -> !value.getValue().equals(SecretParts.MASK))
                .findFirst()
                .ifPresent(value -> problem(
                        field,
                        "holds a secret (" + value.getKey()
                                + "); give the address through the page, the API or a command,"
                                + " which keep it apart"));
    }

    void webUrl(String field, String url, Webhook.Format format) {
        String scheme = url.substring(0, Math.max(0, url.indexOf(':'))).toLowerCase(Locale.ROOT);
        if (url.isBlank()) {
            problem(field, "is empty; give for example https://example.com/alerts");
        } else if (!scheme.equals("http") && !scheme.equals("https")) {
            problem(field, "must start with http:// or https://");
        } else {
            reachable(field, url, format);
        }
    }

    private void reachable(String field, String url, Webhook.Format format) {
        try {
            CameraUrl address = CameraUrl.parse(url);
            if (address.login().isPresent()) {
                problem(field, "holds a user or password; the receiver knows us by the signature instead");
            } else if (address.uri().getRawFragment() != null) {
                problem(field, "has a part after #, which is never sent; leave it out");
            } else {
                masked(field, WebhookUrl.parse(url, format).secrets());
            }
        } catch (IllegalArgumentException e) {
            problem(field, e.getMessage());
        }
    }

    void zones(List<Zone> zones) {
        if (zones.size() > Definitions.MAX_ZONES) {
            problem("zones", "has more than " + Definitions.MAX_ZONES + " zones");
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < zones.size(); i++) {
            Zone zone = zones.get(i);
            String field = "zones[" + i + "]";
            id(field + ".id", zone.getId());
            if (!ids.add(zone.getId())) {
                problem(field + ".id", "is used twice");
            }
            text(field + ".name", zone.getName(), 0, Definitions.MAX_NAME);
            rings(field + ".rings", zone);
        }
    }

    private void rings(String field, Zone zone) {
        boolean line = zone.getKind() == Zone.Kind.LINE;
        int fewest = line ? 2 : 3;
        if (zone.getKind() == Zone.Kind.UNRECOGNIZED) {
            problem(field, "has a kind that is none of AREA, EXCLUDE, LINE");
        }
        if (zone.getRingsCount() == 0 || zone.getRingsCount() > (line ? 1 : Definitions.MAX_RINGS)) {
            problem(field, line ? "a line has exactly one ring" : "needs 1 to " + Definitions.MAX_RINGS + " rings");
        }
        for (Ring ring : zone.getRingsList()) {
            if (ring.getPointsCount() < fewest || ring.getPointsCount() > Definitions.MAX_RING_POINTS) {
                problem(field, "a ring needs " + fewest + " to " + Definitions.MAX_RING_POINTS + " points");
            }
            ring.getPointsList().forEach(point -> point(field, point));
        }
        if (line && !zone.getRingsList().stream().allMatch(RingShape::hasLength)) {
            problem(field, "a line's points are all the same; it has no length");
        } else if (!line && zone.getRingsCount() > 0 && !RingShape.hasArea(zone.getRings(0))) {
            problem(field, "has no area: its points lie on one line; draw at least a triangle");
        }
    }

    void timeZone(String field, String name) {
        try {
            ZoneId.of(name);
        } catch (DateTimeException e) {
            problem(field, "is no time zone; give for example Europe/Berlin or UTC");
        }
    }

    void box(Box box) {
        if (!(box.getX0() >= 0 && box.getX1() <= 1 && box.getY0() >= 0 && box.getY1() <= 1)) {
            problem("box", "leaves the picture; its corners are 0..1");
        } else if (!(box.getX0() < box.getX1() && box.getY0() < box.getY1())) {
            problem("box", "is empty; x0 < x1 and y0 < y1");
        }
    }

    void point(String field, Point point) {
        // Written so that NaN is refused too.
        if (!(point.getX() >= 0 && point.getX() <= 1 && point.getY() >= 0 && point.getY() <= 1)) {
            problem(
                    field,
                    "a point leaves the picture; x and y are 0..1, shares of its width and height and no pixels");
        }
    }

    void id(String field, String id) {
        if (!Definitions.isId(id)) {
            problem(field, "must be 1 to 63 of a-z, 0-9 and '-', starting with a letter or digit");
        }
    }

    void ids(String field, List<String> ids) {
        if (ids.size() > 1_000) {
            problem(field, "has more than 1000 entries");
        }
        ids.forEach(id -> id(field, id));
    }

    void phrases(String field, List<String> phrases) {
        if (phrases.size() > Definitions.MAX_PHRASES) {
            problem(field, "has more than " + Definitions.MAX_PHRASES + " entries");
        }
        phrases.forEach(phrase -> text(field, phrase, 1, Definitions.MAX_PHRASE));
    }

    /** What a person typed, and another person should be able to see. */
    void text(String field, String text, int fewest, int most) {
        if (fewest > 0 && VisibleText.isBlank(text)) {
            problem(field, "is empty");
        } else {
            length(field, VisibleText.normalized(text), fewest, most);
        }
        VisibleText.problem(text).ifPresent(problem -> problem(field, problem));
    }

    void length(String field, String text, int fewest, int most) {
        if (text.length() < fewest) {
            problem(field, "is empty");
        } else if (text.length() > most) {
            problem(field, "has " + text.length() + " characters, more than " + most);
        }
    }

    void range(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            problem(field, "is outside " + least + ".." + most);
        }
    }

    void duration(String field, long ms) {
        if (ms < 0 || ms > Definitions.MAX_DURATION_MS) {
            problem(field, "is outside 0.." + Definitions.MAX_DURATION_MS + " ms (a day)");
        }
    }

    void problem(String field, String message) {
        problems.add(new Problem(field, message));
    }
}
