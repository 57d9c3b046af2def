package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.dashboard.access.Principal.Way;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.listen.Authority;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Account;
import io.segwatch.v1.Session;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;

/**
 * Who may come in: accounts, sessions, API tokens and the configured token. Threadsafe, never blocks, unless a method
 * says otherwise.
 */
public final class Access implements AutoCloseable {
    /**
     * How people and programs come in.
     *
     * @param mayBeOpen whether nobody has to log in while there is neither token nor account; never where others can
     *     reach the dashboard
     * @param token the configured one; empty for none
     * @param idle a session ends when it was not used for so long
     * @param lifetime and so long after the log-in
     * @param changesPerMinute that one caller may make
     * @param provider what people call the service at which they may log in instead; empty for none
     */
    public record Settings(
            boolean mayBeOpen,
            String token,
            Duration idle,
            Duration lifetime,
            int changesPerMinute,
            Optional<String> provider) {}

    /**
     * Somebody whom another service vouches for.
     *
     * @param identity as that service and no other names them, and that never changes
     * @param name what they are called
     * @param cameras that they may see; empty for all
     */
    public record Identity(String identity, String name, UserRole role, Set<String> cameras) {}

    /** Of an account that is made from {@code admin-password-file}. */
    public static final String FIRST_ADMIN = "admin";

    private static final long SWEEP_MS = 600_000;
    private static final int MAX_PASSWORD_FILE = 4_096;

    private final AccessStore store;
    private final CredentialUses uses;
    private final Sessions sessions;
    private final ApiTokens tokens;
    private final ConfiguredToken token;
    private final boolean mayBeOpen;
    private final boolean provided;
    private final IdentityLogin identities;
    private final Passwords passwords;
    private final Allowance changes;
    private final LoginRoutes logins;
    private final AccountRoutes accounts;
    private final CredentialRoutes credentials;

    /**
     * Begins to read the topic.
     *
     * @param producer writes it
     */
    public Access(
            Vertx vertx, Kafka kafka, Producer<String, byte[]> producer, DeadLetters deadLetters, Settings settings) {
        this.store = new AccessStore(kafka, new KafkaWriter(vertx, producer), deadLetters);
        this.uses = new CredentialUses(store);
        this.sessions = new Sessions(store, uses, settings.idle(), settings.lifetime());
        this.tokens = new ApiTokens(store);
        this.token = new ConfiguredToken(vertx, settings.token());
        this.mayBeOpen = settings.mayBeOpen();
        this.provided = settings.provider().isPresent();
        this.identities = new IdentityLogin(store, sessions);
        this.passwords = new Passwords(vertx);
        this.changes = new Allowance(
                settings.changesPerMinute(),
                Duration.ofMinutes(1).dividedBy(settings.changesPerMinute()),
                "changes",
                "came too fast for one caller (segwatch.dashboard.max-changes-per-minute)");
        PasswordLogin passwordLogin = new PasswordLogin(store, passwords, sessions);
        this.logins = new LoginRoutes(
                store,
                sessions,
                tokens,
                token,
                passwordLogin,
                settings.provider().orElse(""));
        this.accounts = new AccountRoutes(store, passwords, passwordLogin, sessions, tokens);
        this.credentials = new CredentialRoutes(store, uses, sessions, tokens);
        vertx.setPeriodic(SWEEP_MS, timer -> sweep());
    }

    /** The log-in form and log-out; the form's fields must have been read. */
    public void mount(Router router) {
        logins.mount(router);
    }

    /** Of the API's operations, those about accounts, sessions and tokens. */
    public Map<String, Handler<RoutingContext>> operations() {
        Map<String, Handler<RoutingContext>> operations = new LinkedHashMap<>(logins.operations());
        operations.putAll(accounts.operations());
        operations.putAll(credentials.operations());
        return operations;
    }

    /** Whether nobody has to log in: there is neither token nor account, nor another service to log in at. */
    public boolean isOpen() {
        return mayBeOpen && !provided && !token.isSet() && !store.hasAccounts();
    }

    /** Who sends this request; empty when they have to log in, or what they show is wrong or over. */
    public Optional<Principal> principal(RoutingContext ctx) {
        Optional<String> bearer = bearer(ctx);
        if (isOpen()) {
            return Optional.of(Principal.local());
        }
        Optional<Principal> principal = bearer.isPresent()
                ? ofBearer(bearer.get())
                : SessionCookie.read(ctx).flatMap(sessions::find).flatMap(this::of);
        principal.filter(known -> !known.credential().isEmpty()).ifPresent(known -> uses.now(known.credential()));
        return principal;
    }

    private static Optional<String> bearer(RoutingContext ctx) {
        String header = ctx.request().getHeader("Authorization");
        return header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.empty()
                : Optional.of(header.substring(7).strip());
    }

    private Optional<Principal> ofBearer(String secret) {
        if (token.matches(secret)) {
            return Optional.of(configured(Way.TOKEN, ""));
        }
        return tokens.find(secret)
                .flatMap(known -> store.account(known.getAccount()).flatMap(account -> Rights.of(account, known)));
    }

    private Optional<Principal> of(Session session) {
        if (session.getAccount().isEmpty()) {
            boolean same = token.isSet() && token.version() == session.getAccountVersion();
            return same ? Optional.of(configured(Way.SESSION, AccessKey.SESSIONS + session.getId())) : Optional.empty();
        }
        return store.account(session.getAccount()).flatMap(account -> Rights.of(account, session));
    }

    private static Principal configured(Way way, String credential) {
        return new Principal(Principal.TOKEN_NAME, UserRole.ADMIN, Set.of(), way, credential);
    }

    /** Whether what this principal came in with would still let it in, with the same rights; counts as a use. */
    public boolean isCurrent(Principal principal) {
        boolean current = switch (principal.way()) {
            case LOCAL -> isOpen();
            // Of one request, which opens nothing that stays.
            case SIGNED -> false;
            case TOKEN -> token.isSet();
            case API_TOKEN ->
                store.token(principal.credential().substring(AccessKey.TOKENS.length()))
                        .filter(ApiTokens::runs)
                        .flatMap(known -> store.account(known.getAccount()).flatMap(of -> Rights.of(of, known)))
                        .filter(principal::equals)
                        .isPresent();
            case SESSION ->
                store.session(principal.credential().substring(AccessKey.SESSIONS.length()))
                        .filter(sessions::runs)
                        .flatMap(this::of)
                        .filter(principal::equals)
                        .isPresent();
        };
        if (current && !principal.credential().isEmpty()) {
            uses.now(principal.credential());
        }
        return current;
    }

    /**
     * Begins a session of somebody whom another service vouches for, and gives the browser its cookie. Fails with a
     * problem, 403 or 409, for who is not let in.
     */
    public Future<Void> begin(RoutingContext ctx, Identity identity) {
        return identities.begin(ctx, identity);
    }

    /**
     * Counts a request that may change something, by who sends it and from where.
     *
     * @throws HttpProblem (429) when there were too many
     */
    public void countChange(RoutingContext ctx) {
        String who = Principal.find(ctx).map(Principal::name).orElse("");
        changes.take(who + " " + Authority.ownerOf(Visitor.of(ctx).address()));
    }

    /** Answers 401; whoever has shown a wrong token waits for it. */
    public void refuse(RoutingContext ctx) {
        logins.refuse(ctx);
    }

    /** Leads to the log-in form, which says what happened, and remembers which view was asked for. */
    public void sendToLogin(RoutingContext ctx) {
        String query = ctx.request().query();
        String wanted = ctx.request().path().substring(1) + (query == null ? "" : "?" + query);
        String remembered = wanted.isEmpty() ? "" : "?wanted=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8);
        String said = SessionCookie.read(ctx).isPresent() ? "#expired" : "";
        LoginRoutes.redirect(ctx, "login" + remembered + said);
    }

    /**
     * Makes the first account, an admin, where there is none yet; its password is the first line of the file. Blocks.
     *
     * @throws IllegalStateException when the file has no good password, with the remedy
     */
    public Future<Void> makeFirstAdmin(Path file) {
        if (store.hasAccounts()) {
            return Future.succeededFuture();
        }
        String password;
        try {
            if (Files.size(file) > MAX_PASSWORD_FILE) {
                throw new IllegalStateException(file + " is no file of a password: it is too large");
            }
            password = Files.readString(file).lines().findFirst().orElse("").strip();
            Passwords.checkStrength("the password in " + file, password, FIRST_ADMIN);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "segwatch.dashboard.admin-password-file cannot be read: " + e.getMessage(), e);
        } catch (HttpProblem weak) {
            throw new IllegalStateException(weak.getMessage(), weak);
        }
        return store.put(Account.newBuilder()
                .setName(FIRST_ADMIN)
                .setPasswordHash(passwords.hashNow(password))
                .setRole(Account.Role.ADMIN)
                .setCreatedAtMs(System.currentTimeMillis())
                .setVersion(IssuedSecret.version())
                .build());
    }

    /** Forgets what is over, so that the topic does not grow. */
    private void sweep() {
        store.sessions().stream()
                .filter(session -> of(session).isEmpty() || !sessions.runs(session))
                .forEach(session -> sessions.end(session.getId()));
        store.tokens().stream()
                .filter(known -> !ApiTokens.runs(known)
                        || store.account(known.getAccount()).isEmpty())
                .forEach(known -> tokens.revoke(known.getId()));
        uses.sweep();
    }

    /** Waits until all accounts have been read; false after {@code timeout}. */
    public boolean awaitAccounts(Duration timeout) throws InterruptedException {
        return store.awaitCaughtUp(timeout);
    }

    /** False once accounts can no longer be read. */
    public boolean alive() {
        return store.alive();
    }

    @Override
    public void close() {
        store.close();
    }
}
