package dev.tocsin.draft.sql;

import java.util.List;

/** What a column of a row holds. Times are seconds since 1970, intervals seconds, WAL positions and sizes bytes. */
public sealed interface Value {
    /** No value. */
    Value NULL = new Null();

    /** A number. */
    record Num(double number) implements Value {}

    /** A text. */
    record Text(String text) implements Value {}

    /** True or false. */
    record Bool(boolean truth) implements Value {}

    /** A row as a document. */
    record Document(Row row) implements Value {}

    /** Several values. */
    record Many(List<Value> values) implements Value {
        public Many {
            values = List.copyOf(values);
        }
    }

    /** None, or one that is not known. */
    record Null() implements Value {}

    static Value of(double number) {
        return new Num(number);
    }

    static Value of(String text) {
        return new Text(text);
    }

    static Value of(boolean truth) {
        return new Bool(truth);
    }

    /** As a number, the way PostgreSQL casts it; NaN where it is none. */
    default double number() {
        return switch (this) {
            case Num(var number) -> number;
            case Bool(var truth) -> truth ? 1 : 0;
            case Text(var text) -> parsed(text);
            case Null _, Document _, Many _ -> Double.NaN;
        };
    }

    /** As the exporter writes a label. */
    default String label() {
        return switch (this) {
            case Num(var number) ->
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? String.valueOf((long) number)
                        : String.valueOf(number);
            case Bool(var truth) -> truth ? "true" : "false";
            case Text(var text) -> text;
            case Null _, Document _, Many _ -> "";
        };
    }

    /** Whether a condition holds; one that is not known does not. */
    default boolean holds() {
        return this instanceof Bool(var truth) && truth;
    }

    default boolean isNull() {
        return this instanceof Null;
    }

    private static double parsed(String text) {
        if (text.equals("0/0")) {
            return 0;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException _) {
            return switch (text) {
                case "on", "true", "t" -> 1;
                case "off", "false", "f" -> 0;
                default -> Double.NaN;
            };
        }
    }
}
