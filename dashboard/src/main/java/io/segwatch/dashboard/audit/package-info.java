/**
 * Who did what. {@code AuditLog} hears of every operation of the API and every log-in, and writes a line of the log and
 * a record; {@code AuditTrail} finds them again.
 */
package io.segwatch.dashboard.audit;
