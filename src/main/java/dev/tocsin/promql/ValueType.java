package dev.tocsin.promql;

/** What an expression evaluates to. */
public enum ValueType {
    SCALAR("scalar"),
    VECTOR("instant vector"),
    MATRIX("range vector"),
    STRING("string");

    private final String text;

    ValueType(String text) {
        this.text = text;
    }

    /** As Prometheus calls it. */
    @Override
    public String toString() {
        return text;
    }
}
