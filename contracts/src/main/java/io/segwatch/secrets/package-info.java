/**
 * What cameras and webhooks are reached with: looked up as it is used, for one address each, and kept out of logs,
 * pages and definitions.
 *
 * <pre>
 * Credentials (cameras), Secrets (webhooks) -> SecretStore: SealedSecrets -> KeyRing     segwatch.secrets, encrypted
 *                                                           SecretFile -> PrivateFile    written by hand, or mounted
 * </pre>
 */
package io.segwatch.secrets;
