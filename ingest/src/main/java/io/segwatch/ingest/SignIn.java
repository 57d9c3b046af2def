package io.segwatch.ingest;

import io.segwatch.contracts.Login;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.auth.DigestScheme;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.ParserCursor;
import org.apache.hc.core5.http.protocol.HttpCoreContext;

/**
 * Signs requests, of HTTP or RTSP, in the best way that a camera offers: Digest with SHA-256, with MD5, or Basic. One
 * for a connection to one host.
 */
final class SignIn {
    private static final HttpHost ANY = new HttpHost("camera");
    private static final List<String> DIGESTS = List.of("MD5", "MD5-SESS", "SHA-256", "SHA-256-SESS");

    private final Login login;
    private final List<AuthChallenge> offered = new ArrayList<>();
    private DigestScheme digest;
    private boolean basic;

    SignIn(Login login) {
        this.login = login;
    }

    /**
     * Takes up what a 401 asks for.
     *
     * @param challenges values of its WWW-Authenticate headers
     * @return whether the request is worth sending again: false when the camera has refused the way already, or offers
     *     none that is known
     */
    boolean challenged(List<String> challenges) {
        boolean first = digest == null && !basic;
        offered.clear();
        challenges.forEach(this::parse);
        Optional<AuthChallenge> best = offered.stream().filter(SignIn::known).max(Comparator.comparing(SignIn::rank));
        boolean stale = best.isPresent() && "true".equalsIgnoreCase(parameter(best.get(), "stale"));
        if (best.isEmpty() || !first && !stale) {
            return false;
        }
        basic = rank(best.get()) == 0;
        digest = basic ? null : digest(best.get());
        return basic || digest != null;
    }

    private void parse(String challenge) {
        try {
            offered.addAll(AuthChallengeParser.INSTANCE.parse(
                    ChallengeType.TARGET, challenge, new ParserCursor(0, challenge.length())));
        } catch (ParseException e) {
            // What cannot be read is no offer.
        }
    }

    private static boolean known(AuthChallenge challenge) {
        return rank(challenge) >= 0;
    }

    /** 0 for Basic, more for what is better, -1 for what is not known. */
    private static int rank(AuthChallenge challenge) {
        String scheme = challenge.getSchemeName().toLowerCase(Locale.ROOT);
        if (scheme.equals("digest")) {
            String algorithm = algorithm(challenge);
            String qop = parameter(challenge, "qop");
            boolean protectsBody =
                    qop != null && !List.of(qop.split("\\s*,\\s*")).contains("auth");
            return protectsBody ? -1 : DIGESTS.contains(algorithm) ? 1 + DIGESTS.indexOf(algorithm) : -1;
        }
        return scheme.equals("basic") ? 0 : -1;
    }

    private static String algorithm(AuthChallenge challenge) {
        String algorithm = parameter(challenge, "algorithm");
        return algorithm == null ? "MD5" : algorithm.toUpperCase(Locale.ROOT);
    }

    private static String parameter(AuthChallenge challenge, String name) {
        return challenge.getParams() == null
                ? null
                : challenge.getParams().stream()
                        .filter(parameter -> parameter.getName().equalsIgnoreCase(name))
                        .map(NameValuePair::getValue)
                        .findFirst()
                        .orElse(null);
    }

    private DigestScheme digest(AuthChallenge challenge) {
        var credentials = new BasicCredentialsProvider();
        credentials.setCredentials(
                new AuthScope(null, -1),
                new UsernamePasswordCredentials(login.user(), login.password().toCharArray()));
        DigestScheme scheme = new DigestScheme();
        try {
            scheme.processChallenge(challenge, HttpCoreContext.create());
            return scheme.isResponseReady(ANY, credentials, HttpCoreContext.create()) ? scheme : null;
        } catch (MalformedChallengeException | AuthenticationException e) {
            return null;
        }
    }

    /** The Authorization header's value, or empty before anything was asked for. */
    Optional<String> header(String method, String target) {
        if (basic) {
            byte[] pair = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
        }
        if (digest == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    digest.generateAuthResponse(ANY, new TargetRequest(method, target), HttpCoreContext.create()));
        } catch (AuthenticationException e) {
            return Optional.empty();
        }
    }

    /**
     * Why the camera lets nobody in, for a sentence: "user or password refused", or what it offers instead.
     *
     * @param refused what to check
     */
    String refusal(String refused) {
        if (digest != null || basic || offered.isEmpty()) {
            return "user or password refused (401). Check " + refused;
        }
        String names = offered.stream().map(SignIn::describe).distinct().collect(Collectors.joining(", "));
        return "the camera lets one sign in only by " + names
                + " (401), which is not known here. Let it offer Digest or Basic; check its settings, and"
                + " user and password";
    }

    private static String describe(AuthChallenge challenge) {
        String name = challenge.getSchemeName();
        return name.equalsIgnoreCase("digest") ? name + " with " + algorithm(challenge) : name;
    }

    /** An RTSP request's target is a whole address, which an HTTP request would take apart. */
    private static final class TargetRequest extends BasicHttpRequest {
        private static final long serialVersionUID = 1;

        private final String target;

        TargetRequest(String method, String target) {
            super(method, "/");
            this.target = target;
        }

        @Override
        public String getRequestUri() {
            return target;
        }

        @Override
        public URI getUri() {
            return URI.create(target);
        }
    }
}
