package dev.tocsin.domain.ledger;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A list that only grows and whose every length stays as it was: a fold may keep all of them at no cost. */
public final class Trail<T> implements Iterable<T> {
    private final @Nullable Trail<T> before;
    private final @Nullable T newest;
    private final int size;

    private Trail(@Nullable Trail<T> before, @Nullable T newest, int size) {
        this.before = before;
        this.newest = newest;
        this.size = size;
    }

    public static <T> Trail<T> empty() {
        return new Trail<>(null, null, 0);
    }

    public Trail<T> plus(T one) {
        return new Trail<>(this, one, size + 1);
    }

    /** The one that was added last. */
    public Optional<T> newest() {
        return Optional.ofNullable(newest);
    }

    public int size() {
        return size;
    }

    /** From the oldest to the newest. */
    @Override
    public Iterator<T> iterator() {
        var all = new ArrayDeque<T>(size + 1);
        for (var at = this; at != null && at.newest != null; at = at.before) {
            all.push(at.newest);
        }
        return all.iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Trail<?> trail) || trail.size != size) {
            return false;
        }
        Trail<?> theirs = trail;
        Trail<?> ours = this;
        while (ours != theirs && ours != null && theirs != null) {
            if (!Objects.equals(ours.newest, theirs.newest)) {
                return false;
            }
            ours = ours.before;
            theirs = theirs.before;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, newest);
    }

    @Override
    public String toString() {
        return size + " of them, the newest " + newest;
    }
}
