/**
 * Which of the cameras this process grabs, when several share them.
 *
 * <pre>
 * CameraDeal      the door: a member of the group segwatch-ingest, and its lease
 * Holding         what this process may grab at this moment, by its own clock
 * SlotAssignor    what members tell each other when one comes or goes; Kafka makes it
 * Dealing         whose slots are whose: balanced by camera, and few of them moved
 * Slots           the slot of a camera
 * Claim, Grant    what a member holds; what it is dealt
 * </pre>
 *
 * Cameras fall into slots by their ids, and the group's leader deals slots. A slot goes from one member to another in
 * two steps: the one stops and says so, then the other begins. A member that is gone without a word is out of the group
 * when its session is over; it has stopped before, because its lease counts from the sending of the last commit that
 * the group took.
 */
package io.segwatch.ingest.deal;
