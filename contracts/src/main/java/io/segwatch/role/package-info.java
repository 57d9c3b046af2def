/**
 * How a role is run: {@link io.segwatch.role.Role} is what the launcher starts, asks for its health and closes;
 * {@link io.segwatch.role.Role.Response} what it answers; {@link io.segwatch.role.WebhookReach} what one role does for
 * another in the same process.
 */
package io.segwatch.role;
