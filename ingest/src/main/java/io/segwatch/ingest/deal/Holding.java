package io.segwatch.ingest.deal;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process may grab at this moment. The group grants slots; the lease says until when, by the monotonic clock
 * of this process, the group has surely not given them to another. Threadsafe; nothing blocks.
 */
final class Holding {
    private static final Logger log = LoggerFactory.getLogger(Holding.class);

    private final long leaseNanos;
    private final AtomicLong epoch;
    private final Runnable changed;
    private final LongSupplier nanos;

    private BitSet granted = new BitSet();
    /** Those, and the ones that were taken away and are still grabbed from. */
    private BitSet held = new BitSet();

    private int generation = -1;
    private boolean dealt;
    private boolean leased;
    private long leaseEnd;
    private long version;
    private boolean rejoin;

    /**
     * @param epoch the newest that a connection was given, raised by what other members tell
     * @param changed called after each change, on any thread; must not block
     */
    Holding(Duration lease, AtomicLong epoch, Runnable changed, LongSupplier nanos) {
        this.leaseNanos = lease.toNanos();
        this.epoch = epoch;
        this.changed = changed;
        this.nanos = nanos;
    }

    /** Whether the group has answered lately. When it has not, all that it granted is over, until it grants anew. */
    boolean leased() {
        synchronized (this) {
            if (!leased || nanos.getAsLong() - leaseEnd < 0) {
                return leased;
            }
            drop();
        }
        changed.run();
        return false;
    }

    boolean has(int slot) {
        return leased() && isGranted(slot);
    }

    private synchronized boolean isGranted(int slot) {
        return leased && granted.get(slot);
    }

    /** The group took what was sent at this time, and so knew this process as a member then. */
    void confirmed(long sentNanos) {
        synchronized (this) {
            long end = sentNanos + leaseNanos;
            if (leased) {
                leaseEnd = end - leaseEnd > 0 ? end : leaseEnd;
                return;
            }
            leaseEnd = end;
            leased = nanos.getAsLong() - end < 0;
        }
        changed.run();
    }

    /** The group does not know this process any more. */
    void expelled() {
        synchronized (this) {
            drop();
        }
        changed.run();
    }

    private void drop() {
        if (!granted.isEmpty()) {
            log.warn("The group that shares the cameras does not answer or does not know this process: it stops its"
                    + " cameras, which others may have now, until it is let in again");
        }
        leased = false;
        granted = new BitSet();
        held = new BitSet();
        rejoin = true;
        version++;
    }

    /** What to tell the group when it is joined. */
    Claim claim(CameraDeal.Member member) {
        boolean valid = leased();
        synchronized (this) {
            if (!valid) {
                // What is not claimed goes to others.
                granted = new BitSet();
                held = new BitSet();
            }
            return new Claim(generation, epoch.get(), member.capacity(), member.files(), member.devices(), (BitSet)
                    held.clone());
        }
    }

    void granted(Grant grant, int ofGeneration) {
        epoch.accumulateAndGet(grant.epoch(), Math::max);
        synchronized (this) {
            granted = grant.slots();
            held.or(granted);
            generation = ofGeneration;
            dealt = true;
            version++;
        }
        changed.run();
    }

    synchronized boolean dealt() {
        return dealt;
    }

    synchronized long version() {
        return version;
    }

    /** Nothing is grabbed any more but what was granted at this version, which others may be waiting for. */
    synchronized void released(long atVersion) {
        if (atVersion == version && !held.equals(granted)) {
            held = (BitSet) granted.clone();
            rejoin = true;
        }
    }

    /** Whether the group is to be told something; once for each. */
    synchronized boolean takeRejoin() {
        boolean due = rejoin;
        rejoin = false;
        return due;
    }
}
