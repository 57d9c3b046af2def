package io.segwatch.contracts;

import io.segwatch.v1.Webhook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a webhook, taken apart: whoever knows all of a chat service's address can write to the chat, so the
 * part of it that nobody could guess is kept apart, as values of parameters such as {@code token=} are. Immutable.
 */
public final class WebhookUrl {
    private static final String PATH = "path";
    private static final Pattern SLACK =
            Pattern.compile("://hooks\\.slack(?:-gov)?\\.com(?::\\d+)?/.*?([^/?#]+)/?(?=[?#]|$)");
    private static final Pattern DISCORD =
            Pattern.compile("://(?:[a-z]+\\.)?discord(?:app)?\\.com(?::\\d+)?/api/(?:v\\d+/)?webhooks/\\d+/([^/?#]+)");
    /** Of Discord behind another name: id and token, and then perhaps the dialect of another service. */
    private static final Pattern TOKEN = Pattern.compile("/webhooks/\\d+/([^/?#]+)");

    private static final Pattern TEAMS = Pattern.compile("/webhookb2/([^?#]+)");
    private static final Pattern LAST = Pattern.compile("([^/?#]+)/?(?=[?#]|$)");
    private static final Pattern NTFY_TOPIC = Pattern.compile("[-_A-Za-z0-9]{1,64}");

    private final CameraUrl address;
    private final String url;
    private final List<SecretParts> parts;

    private WebhookUrl(CameraUrl address, String url, List<SecretParts> parts) {
        this.address = address;
        this.url = url;
        this.parts = parts;
    }

    /**
     * @throws IllegalArgumentException as {@link CameraUrl#parse}, and for what is no address of the format's service
     */
    public static WebhookUrl parse(String url, Webhook.Format format) {
        CameraUrl address = CameraUrl.parse(url);
        String rest = address.withoutLogin();
        if (format == Webhook.Format.NTFY) {
            checkTopic(address);
        }
        List<SecretParts> parts = new ArrayList<>(address.parts());
        guess(rest, patterns(format, parts.isEmpty())).ifPresent(part -> {
            if (parts.stream().noneMatch(other -> other.from() < part.to() && part.from() < other.to())) {
                parts.add(part);
            }
        });
        parts.sort(Comparator.comparingInt(SecretParts::from));
        return new WebhookUrl(address, rest, List.copyOf(parts));
    }

    private static void checkTopic(CameraUrl address) {
        String path = address.uri().getRawPath();
        String topic = path.substring(path.lastIndexOf('/') + 1);
        if (!topic.equals(SecretParts.MASK) && !NTFY_TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException(
                    "must end in ntfy's topic, 1 to 64 of A-Z, a-z, 0-9, - and _, as https://ntfy.sh/my-alerts");
        }
    }

    /** A service's own addresses are known whatever is posted there. */
    private static List<Pattern> patterns(Webhook.Format format, boolean nothingElse) {
        List<Pattern> patterns = new ArrayList<>(List.of(SLACK, DISCORD));
        switch (format) {
            case DISCORD -> patterns.addAll(List.of(TOKEN, LAST));
            case SLACK, NTFY -> patterns.add(LAST);
            case TEAMS -> patterns.addAll(nothingElse ? List.of(TEAMS, LAST) : List.of(TEAMS));
            default -> {}
        }
        return patterns;
    }

    private static Optional<SecretParts> guess(String url, List<Pattern> patterns) {
        for (Pattern pattern : patterns) {
            Matcher path = pattern.matcher(url);
            if (path.find(pattern == SLACK || pattern == DISCORD ? 0 : authorityEnd(url))) {
                return Optional.of(new SecretParts(PATH, path.start(1), path.end(1)));
            }
        }
        return Optional.empty();
    }

    private static int authorityEnd(String url) {
        int end = url.indexOf("://") + 3;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** What it is of, without its parts that are secret. */
    public CameraUrl address() {
        return address;
    }

    /** The address as it may be published. */
    public String published() {
        return SecretParts.masked(url, parts);
    }

    /** What {@link #published} masks. */
    public AddressSecrets secrets() {
        return new AddressSecrets(address.login(), SecretParts.values(url, parts));
    }

    /**
     * The whole address, for who posts to it and for nobody else.
     *
     * @throws IllegalArgumentException when a part of it is not among the secrets, naming it
     */
    public String filled(AddressSecrets secrets) {
        return SecretParts.filled(url, parts, secrets);
    }

    /** As it may be published. */
    @Override
    public String toString() {
        return published();
    }
}
