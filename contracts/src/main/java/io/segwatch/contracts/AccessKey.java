package io.segwatch.contracts;

import io.segwatch.v1.AccessRecord;
import io.segwatch.v1.Account;
import io.segwatch.v1.ApiToken;
import io.segwatch.v1.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** How the records of {@link Topic#ACCESS} are keyed, and what a valid one is. */
public final class AccessKey {
    public static final String ACCOUNTS = "account/";
    public static final String TOKENS = "token/";
    public static final String SESSIONS = "session/";
    public static final String USES = "use/";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@+-]{0,62}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    /** Also bounds what checking a password costs: under 100 MB, at most 9 times over. */
    private static final Pattern HASH = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=\\d{4,5},t=[1-9],p=[1-4]\\$[A-Za-z0-9+/]{16,100}\\$[A-Za-z0-9+/]{16,100}");

    private static final int HASH_BYTES = 32;
    private static final int MAX_CAMERAS = 1_000;
    private static final int MAX_TEXT = 200;

    private AccessKey() {}

    /** Whether an account can be called so. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** What is wrong with a record; empty when nothing is. */
    static List<Problem> check(String key, AccessRecord value) {
        List<Problem> problems = switch (value.getKindCase()) {
            case ACCOUNT -> check(key, value.getAccount());
            case TOKEN -> check(key, value.getToken());
            case SESSION -> check(key, value.getSession());
            case USE -> key.startsWith(USES) ? List.of() : List.of(keyProblem());
            case KIND_NOT_SET -> List.of(new Problem("kind", "is none of account, token, session, use"));
        };
        return problems;
    }

    private static List<Problem> check(String key, Account account) {
        List<Problem> problems = new ArrayList<>();
        if (!isName(account.getName())) {
            problems.add(
                    new Problem("name", "must be 1 to 63 of a-z, 0-9 and ._@+-, and begin with a letter or digit"));
        }
        if (!account.getPasswordHash().isEmpty()
                && !HASH.matcher(account.getPasswordHash()).matches()) {
            problems.add(new Problem("passwordHash", "is no hash of Argon2id"));
        }
        role(problems, account.getRole(), account.getCamerasList());
        text(problems, "identity", account.getIdentity(), 1_000);
        return key(problems, key, ACCOUNTS + account.getName());
    }

    private static List<Problem> check(String key, ApiToken token) {
        List<Problem> problems = new ArrayList<>();
        hash(problems, token.getId(), token.getSecretHash().size());
        role(problems, token.getRole(), token.getCamerasList());
        text(problems, "name", token.getName(), MAX_TEXT);
        return key(problems, key, TOKENS + token.getId());
    }

    private static List<Problem> check(String key, Session session) {
        List<Problem> problems = new ArrayList<>();
        hash(problems, session.getId(), session.getSecretHash().size());
        text(problems, "address", session.getAddress(), MAX_TEXT);
        text(problems, "agent", session.getAgent(), MAX_TEXT);
        return key(problems, key, SESSIONS + session.getId());
    }

    private static void hash(List<Problem> problems, String id, int bytes) {
        if (!ID.matcher(id).matches() || bytes != HASH_BYTES) {
            problems.add(new Problem("id", "must be the begin of the secret's hash"));
        }
    }

    private static void role(List<Problem> problems, Account.Role role, List<String> cameras) {
        FieldChecks ids = new FieldChecks();
        ids.ids("cameras", cameras);
        problems.addAll(ids.problems());
        if (role == Account.Role.UNRECOGNIZED) {
            problems.add(new Problem("role", "is none of VIEWER, OPERATOR, ADMIN"));
        } else if (role == Account.Role.ADMIN && !cameras.isEmpty()) {
            problems.add(new Problem("cameras", "must be empty for an admin, who may see all"));
        } else if (cameras.size() > MAX_CAMERAS) {
            problems.add(new Problem("cameras", "names more than " + MAX_CAMERAS));
        }
    }

    private static void text(List<Problem> problems, String field, String text, int most) {
        if (text.length() > most) {
            problems.add(new Problem(field, "has more than " + most + " characters"));
        }
    }

    private static List<Problem> key(List<Problem> problems, String key, String expected) {
        if (problems.isEmpty() && !key.equals(expected)) {
            problems.add(keyProblem());
        }
        return problems;
    }

    private static Problem keyProblem() {
        return new Problem("key", "does not name what the record holds");
    }
}
