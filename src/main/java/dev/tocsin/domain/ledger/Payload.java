package dev.tocsin.domain.ledger;

import java.util.HexFormat;

/**
 * What a row of the ledger holds: a function of its place, so that every row is checked without being stored twice.
 *
 * <p>It tells a row that was altered or misplaced; it is no protection from somebody who knows the function.
 */
public final class Payload {
    private static final HexFormat HEX = HexFormat.of();
    private static final int WORDS = 4;

    private final long seed;

    /** The payloads of one run. */
    public Payload(String run) {
        var mixed = 0L;
        for (var i = 0; i < run.length(); i++) {
            mixed = mix(mixed + run.charAt(i));
        }
        seed = mixed;
    }

    /** 64 characters. */
    public String of(int writer, long n, int part) {
        var state = mix(mix(mix(seed + writer) + n) + part);
        var text = new StringBuilder(16 * WORDS);
        for (var i = 0; i < WORDS; i++) {
            state = mix(state);
            text.append(HEX.toHexDigits(state));
        }
        return text.toString();
    }

    /** SplitMix64: the next state, and its bits mixed. */
    private static long mix(long state) {
        var z = state + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
