package dev.tocsin.domain.ledger;

/** One transaction of the ledger, by its writer and its number. */
public record Commit(int writer, long n) {
    @Override
    public String toString() {
        return "writer " + writer + " commit " + n;
    }
}
