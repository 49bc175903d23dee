package dev.tocsin.promql;

/** What an expression evaluates to. */
public enum ValueType {
    SCALAR("a scalar"),
    VECTOR("an instant vector"),
    MATRIX("a range vector"),
    STRING("a string");

    private final String text;

    ValueType(String text) {
        this.text = text;
    }

    /** As Prometheus calls it, with its article. */
    @Override
    public String toString() {
        return text;
    }
}
