/**
 * HTTPS of every listening server of a process: {@link io.segwatch.dashboard.tls.ServerTls} has the certificate, hands
 * it to servers, and takes a new one when its files change. {@code KeyPair} reads files, {@code OwnCertificate} makes
 * one, {@code PlainAnswer} tells those who speak plain HTTP.
 */
package io.segwatch.dashboard.tls;
