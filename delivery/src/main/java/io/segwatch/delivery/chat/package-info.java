/**
 * What chat services are posted: {@link io.segwatch.delivery.chat.ChatMessage} says what, and a body for each service
 * how.
 *
 * <pre>
 * ChatService   the door: the service of a webhook, its address, its body, what its refusal means
 *   SlackBody, TeamsBody, DiscordBody, NtfyBody   each as the service documents it, within its lengths
 *   ShownText   cut and escaped for the service
 * </pre>
 *
 * Nothing that a person typed can mention anybody, format, or link.
 */
package io.segwatch.delivery.chat;
