/**
 * Who asks, and what they may do. {@code Access} knows the accounts, sessions and tokens (the topic
 * {@code segwatch.access}, in {@code AccessStore}) and makes of a request a {@code Principal}, which every request that
 * was let in, every WebSocket and every event stream carries. {@code AccessRule} is what the API's document says about
 * who may use an operation.
 *
 * <pre>
 * form, API        -> LoginRoutes -> PasswordLogin (Allowance, Passwords) or ConfiguredToken -> Sessions, ApiTokens
 * cookie, Bearer   -> Access -> Rights -> Principal
 * /api/users, /me  -> AccountRoutes;  /api/sessions, /api/tokens -> CredentialRoutes
 * </pre>
 */
package io.segwatch.dashboard.access;
