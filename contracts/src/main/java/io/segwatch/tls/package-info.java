/**
 * Whose certificate is trusted at the other end of a connection. {@link io.segwatch.tls.PeerTrust} decides,
 * {@link io.segwatch.tls.SeenCertificate} is what people compare, {@link io.segwatch.tls.CertificateRefused} says what
 * was seen instead.
 */
package io.segwatch.tls;
