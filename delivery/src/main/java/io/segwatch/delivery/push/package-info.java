/**
 * Alerts to browsers that asked for them (Web Push: RFC 8030, encrypted as RFC 8291 says, signed as RFC 8292 says).
 *
 * <pre>
 * thread push-alerts                                      pool delivery-push            event loop
 * PushReader  alerts that open   --->  PushClient  --->   Vapid, encryption    --->     the push service
 *   PushRecipients  who may see its camera, now             PushRecipients, once more
 *   PushPace        one a rule and minute
 * </pre>
 *
 * <p>Each message is tried a few times and then given up: what counts is in the inbox. Nothing is sent twice after a
 * restart. {@link io.segwatch.delivery.push.PushDelivery} is the door.
 */
package io.segwatch.delivery.push;
