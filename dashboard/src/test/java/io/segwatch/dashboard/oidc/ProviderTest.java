package io.segwatch.dashboard.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.config.Configuration;
import io.segwatch.dashboard.DashboardConfig;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a provider says that lies, or whose clock is wrong; and what is made of what it says. */
@Timeout(60)
class ProviderTest {
    private static final URI BACK = URI.create("https://cameras.example/login/oidc/callback");
    private static final String SECRET = "a secret of the client, long enough for HS256";
    private static final Provider.Secrets SECRETS = new Provider.Secrets(new State(), new Nonce(), new CodeVerifier());

    private final Map<String, String> answers = new HashMap<>();
    private HttpServer server;
    private String issuer;
    private ECKey key;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        answers.put(
                "/.well-known/openid-configuration",
                new JsonObject()
                        .put("issuer", issuer)
                        .put("authorization_endpoint", issuer + "/auth")
                        .put("token_endpoint", issuer + "/token")
                        .put("jwks_uri", issuer + "/keys")
                        .put("subject_types_supported", new JsonArray().add("public"))
                        .put("response_types_supported", new JsonArray().add("code"))
                        .put("id_token_signing_alg_values_supported", new JsonArray().add("ES256"))
                        .encode());
        answers.put("/keys", new JWKSet(key).toString());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = answers.getOrDefault(exchange.getRequestURI().getPath(), "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private OidcConfig config(String... keysAndValues) {
        Map<String, String> set = new HashMap<>(Map.of(
                "segwatch.dashboard.oidc.issuer",
                issuer,
                "segwatch.dashboard.oidc.client-id",
                "segwatch",
                "segwatch.dashboard.oidc.client-secret",
                SECRET,
                "segwatch.dashboard.oidc.default-role",
                "viewer"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            set.put("segwatch.dashboard.oidc." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return Configuration.of(set).get(DashboardConfig.class).oidc();
    }

    private JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject("42")
                .audience("segwatch")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", SECRETS.nonce().getValue())
                .claim("preferred_username", "alice");
    }

    private String signed(JWTClaimsSet claims, ECKey with) throws Exception {
        return signed(claims, JWSAlgorithm.ES256, new ECDSASigner(with), with.getKeyID());
    }

    private static String signed(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer, String id)
            throws Exception {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(id).build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    private Map<String, Object> ask(String idToken) throws Exception {
        answers.put(
                "/token",
                new JsonObject()
                        .put("access_token", "x")
                        .put("token_type", "Bearer")
                        .put("id_token", idToken)
                        .encode());
        return new Provider(config()).claims(new AuthorizationCode("code"), SECRETS, BACK, said -> false);
    }

    private void assertNotBelieved(String idToken) {
        assertThatThrownBy(() -> ask(idToken)).hasMessageContaining("not to be believed");
    }

    @Test
    void asksWithStateNonceAndChallengeAndShowsTheVerifier() throws Exception {
        Provider provider = new Provider(config());
        assertThat(provider.loginAddress(SECRETS, BACK).toString())
                .startsWith(issuer + "/auth?")
                .contains("state=" + SECRETS.state().getValue())
                .contains("nonce=" + SECRETS.nonce().getValue())
                .contains("code_challenge_method=S256", "code_challenge=", "scope=openid")
                .doesNotContain(SECRETS.verifier().getValue());
        assertThat(ask(signed(claims().build(), key))).containsEntry("sub", "42");
    }

    @Test
    void believesAClockThatIsALittleWrongAndNoOther() throws Exception {
        Instant now = Instant.now();
        assertThat(ask(signed(
                        claims().expirationTime(Date.from(now.minusSeconds(20))).build(), key)))
                .containsEntry("preferred_username", "alice");
        assertNotBelieved(
                signed(claims().expirationTime(Date.from(now.minusSeconds(300))).build(), key));
        assertNotBelieved(
                signed(claims().issueTime(Date.from(now.plusSeconds(300))).build(), key));
    }

    @Test
    void believesNoTokenOfSomebodyElseForSomebodyElseOrOfAnotherLogin() throws Exception {
        assertNotBelieved(signed(claims().issuer("http://127.0.0.1:1").build(), key));
        assertNotBelieved(signed(claims().audience("another").build(), key));
        assertNotBelieved(signed(claims().claim("nonce", "another").build(), key));
        assertNotBelieved(signed(claims().claim("nonce", null).build(), key));
        ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        assertNotBelieved(signed(claims().build(), stranger));
        assertNotBelieved(signed(
                claims().build(), new ECKeyGenerator(Curve.P_256).keyID("two").generate()));
    }

    @Test
    void believesNoTokenThatIsUnsignedOrSignedWithASharedSecret() throws Exception {
        assertNotBelieved(new PlainJWT(claims().build()).serialize());
        assertNotBelieved(signed(claims().build(), JWSAlgorithm.HS256, new MACSigner(SECRET), "one"));
    }

    @Test
    void refusesADocumentOfAnotherIssuerAndAnEndlessOne() {
        answers.compute(
                "/.well-known/openid-configuration",
                (path, text) -> text.replace(issuer + "\"", "http://127.0.0.1:1\""));
        assertThatThrownBy(() -> new Provider(config()).loginAddress(SECRETS, BACK))
                .hasMessageContaining("segwatch.dashboard.oidc.issuer must be exactly that");
        answers.put("/.well-known/openid-configuration", " ".repeat(2 << 20));
        assertThatThrownBy(() -> new Provider(config()).loginAddress(SECRETS, BACK))
                .hasMessageContaining("is larger");
    }

    @Test
    void makesRolesAndCamerasOfClaims() {
        ClaimedRights rights = new ClaimedRights(config(
                "roles-claim", "realm.roles",
                "admins", "boss",
                "operators", "guard, night guard",
                "cameras-claim", "cameras",
                "default-role", "none"));
        assertThat(rights.role(Map.of("realm", Map.of("roles", List.of("guard", "boss")))))
                .contains(UserRole.ADMIN);
        assertThat(rights.role(Map.of("realm", Map.of("roles", "night guard")))).contains(UserRole.OPERATOR);
        assertThat(rights.role(Map.of("realm.roles", List.of("boss")))).contains(UserRole.ADMIN);
        assertThat(rights.role(Map.of("realm", List.of("boss")))).isEmpty();
        assertThat(rights.role(Map.of())).isEmpty();
        assertThat(rights.cameras(Map.of("cameras", List.of("door", 7)), UserRole.VIEWER))
                .contains(Set.of("door"));
        assertThat(rights.cameras(Map.of("cameras", "*"), UserRole.VIEWER)).contains(Set.of());
        // An empty list must not mean all.
        assertThat(rights.cameras(Map.of("cameras", List.of()), UserRole.VIEWER))
                .isEmpty();
        assertThat(rights.cameras(Map.of(), UserRole.OPERATOR)).isEmpty();
        assertThat(new ClaimedRights(config()).role(Map.of())).contains(UserRole.VIEWER);
    }

    @Test
    void settingsThatLetNobodyInOrGoInPlainAreRefused() {
        assertThatThrownBy(() -> config("default-role", "none")).hasMessageContaining("lets nobody in");
        assertThatThrownBy(() -> config("issuer", "http://login.example")).hasMessageContaining("https://");
        assertThatThrownBy(() -> config("client-id", "")).hasMessageContaining("client-id");
    }
}
