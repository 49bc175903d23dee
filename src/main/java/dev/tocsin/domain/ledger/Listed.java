package dev.tocsin.domain.ledger;

import java.util.List;

/** Things of which there may be very many: how many there are, and the first of them by name. */
public record Listed(long count, List<String> first) {
    /** More names than anybody reads; what is beyond is only counted. */
    public static final int NAMED = 20;

    public static final Listed NONE = new Listed(0, List.of());

    public Listed {
        first = List.copyOf(first);
    }

    public boolean none() {
        return count == 0;
    }

    @Override
    public String toString() {
        return String.join(", ", first) + (count > first.size() ? ", and " + (count - first.size()) + " more" : "");
    }
}
