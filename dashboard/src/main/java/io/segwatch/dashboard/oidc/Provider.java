package io.segwatch.dashboard.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The provider, as its discovery document describes it; that is read again after an hour. Blocks; threadsafe. */
final class Provider {
    private static final long DISCOVERED_NANOS = TimeUnit.HOURS.toNanos(1);
    /** Signed with a key of the provider, never with a shared secret or none. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** What only the browser that began knows. */
    record Secrets(State state, Nonce nonce, CodeVerifier verifier) {}

    private record Known(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys, long atNanos) {}

    private final OidcConfig config;
    private final ProviderHttp http;
    private final Issuer issuer;
    private final ClientID client;
    private Known known;

    Provider(OidcConfig config) {
        this.config = config;
        this.http = new ProviderHttp(config.caFile());
        this.issuer = new Issuer(config.issuer().orElseThrow());
        this.client = new ClientID(config.clientId().orElseThrow());
    }

    private synchronized Known known() throws IOException, GeneralException {
        if (known == null || System.nanoTime() - known.atNanos() > DISCOVERED_NANOS) {
            URI document = URI.create(issuer.getValue().replaceFirst("/$", "") + "/.well-known/openid-configuration");
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(http.get(document));
            if (!metadata.getIssuer().equals(issuer)) {
                throw new GeneralException("its document is of " + metadata.getIssuer()
                        + ", so segwatch.dashboard.oidc.issuer must be exactly that");
            }
            // Fetches the keys again, at most every few seconds, when a token names one that is not known.
            JWKSource<SecurityContext> keys = JWKSourceBuilder.<SecurityContext>create(
                            metadata.getJWKSetURI().toURL(), http)
                    .rateLimited(TimeUnit.SECONDS.toMillis(5))
                    .build();
            known = new Known(metadata, keys, System.nanoTime());
        }
        return known;
    }

    /** Where the browser logs in. */
    URI loginAddress(Secrets secrets, URI back) throws IOException, GeneralException {
        Set<String> scopes = new LinkedHashSet<>(List.of("openid"));
        config.scopes().forEach(scope -> scopes.add(scope.strip()));
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope(scopes.toArray(String[]::new)), client, back)
                .endpointURI(known().metadata().getAuthorizationEndpointURI())
                .state(secrets.state())
                .nonce(secrets.nonce())
                .codeChallenge(secrets.verifier(), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /** Where the browser's log-in at the provider is ended, if it offers that; it asks the person first. */
    Optional<URI> logoutAddress(URI back) throws IOException, GeneralException {
        return Optional.ofNullable(known().metadata().getEndSessionEndpointURI())
                .map(endpoint -> new LogoutRequest(endpoint, null, null, client, back, null, null).toURI());
    }

    /**
     * What the provider says about who has logged in, with {@code sub}.
     *
     * @param incomplete whether claims are missing that may be had from the user-info endpoint
     * @throws GeneralException when the provider refuses the code or its answer is not to be believed
     */
    Map<String, Object> claims(
            AuthorizationCode code, Secrets secrets, URI back, Predicate<Map<String, Object>> incomplete)
            throws IOException, GeneralException {
        Known now = known();
        TokenRequest request = tokenRequest(now, new AuthorizationCodeGrant(code, back, secrets.verifier()));
        TokenResponse response =
                OIDCTokenResponseParser.parse(request.toHTTPRequest().send(http));
        if (!response.indicatesSuccess()) {
            throw new GeneralException("the provider refused the code: "
                    + response.toErrorResponse().getErrorObject().getCode());
        }
        OIDCTokenResponse tokens = (OIDCTokenResponse) response.toSuccessResponse();
        IDTokenClaimsSet verified = verified(now, tokens, secrets.nonce());
        Map<String, Object> claims = new HashMap<>(verified.toJSONObject());
        URI more = now.metadata().getUserInfoEndpointURI();
        if (more != null && incomplete.test(claims)) {
            UserInfoResponse said = UserInfoResponse.parse(
                    new UserInfoRequest(more, tokens.getOIDCTokens().getAccessToken())
                            .toHTTPRequest()
                            .send(http));
            boolean same = said.indicatesSuccess()
                    && verified.getSubject()
                            .equals(said.toSuccessResponse().getUserInfo().getSubject());
            if (same) {
                said.toSuccessResponse().getUserInfo().toJSONObject().forEach(claims::putIfAbsent);
            }
        }
        return claims;
    }

    private TokenRequest tokenRequest(Known now, AuthorizationCodeGrant grant) {
        URI endpoint = now.metadata().getTokenEndpointURI();
        if (config.clientSecret().isEmpty()) {
            return new TokenRequest.Builder(endpoint, client, grant).build();
        }
        Secret secret = new Secret(config.clientSecret().get());
        List<ClientAuthenticationMethod> methods = now.metadata().getTokenEndpointAuthMethods();
        boolean post = methods != null && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return new TokenRequest.Builder(
                        endpoint,
                        post ? new ClientSecretPost(client, secret) : new ClientSecretBasic(client, secret),
                        grant)
                .build();
    }

    private IDTokenClaimsSet verified(Known now, OIDCTokenResponse tokens, Nonce nonce) throws GeneralException {
        IDTokenValidator validator =
                new IDTokenValidator(issuer, client, new JWSVerificationKeySelector<>(ALGORITHMS, now.keys()), null);
        validator.setMaxClockSkew((int) config.clockSkew().toSeconds());
        try {
            return validator.validate(tokens.getOIDCTokens().getIDToken(), nonce);
        } catch (BadJOSEException | JOSEException e) {
            throw new GeneralException("its ID token is not to be believed: " + e.getMessage(), e);
        }
    }
}
