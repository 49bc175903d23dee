package dev.tocsin.domain.routing;

/** An answer that may depend on labels that are not known. The order is that of how true it is. */
public enum Ternary {
    NO,
    DEPENDS,
    YES;

    static Ternary of(boolean known) {
        return known ? YES : NO;
    }

    public Ternary and(Ternary other) {
        return compareTo(other) <= 0 ? this : other;
    }

    public Ternary or(Ternary other) {
        return compareTo(other) >= 0 ? this : other;
    }

    Ternary not() {
        return switch (this) {
            case NO -> YES;
            case DEPENDS -> DEPENDS;
            case YES -> NO;
        };
    }
}
