package io.segwatch.contracts;

/** A user and a password. Not a record: its text form must not show the password. */
public final class Login {
    private final String user;
    private final String password;

    public Login(String user, String password) {
        this.user = user;
        this.password = password;
    }

    public String user() {
        return user;
    }

    /** Empty when there is none. */
    public String password() {
        return password;
    }

    @Override
    public String toString() {
        return "***";
    }
}
