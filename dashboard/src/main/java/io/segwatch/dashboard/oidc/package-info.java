/**
 * Log-in at a provider of OpenID Connect: {@link io.segwatch.dashboard.oidc.OidcLogin} has the two steps of a browser,
 * {@code Provider} speaks to the provider, {@code ClaimedRights} makes a role and cameras of what it says.
 */
package io.segwatch.dashboard.oidc;
