package dev.tocsin.journal;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;

/**
 * One stored fact: its exact text, and the hash that chains it to the one before.
 *
 * <p>{@code hash = SHA-256(previous hash, text)}, so a changed, missing or inserted entry breaks the chain at its place.
 *
 * @param text JSON with {@code seq}, {@code at} and {@code fact}
 */
public record Entry(long seq, String text, String previous, String hash) {
    /** What the first entry is chained to. */
    public static final String GENESIS = "0".repeat(64);

    private static final HexFormat HEX = HexFormat.of();
    private static final ObjectWriter FACTS = Json.MAPPER.writerFor(Fact.class);
    private static final Pattern LINE = Pattern.compile(
            "(\\{\"seq\":(\\d{1,18}),.*),\"previous\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"}",
            Pattern.DOTALL); // without it a dot is neither U+0085 nor U+2028, which JSON need not escape

    private record Envelope(long seq, Instant at, Fact fact) {}

    static Entry write(Recorded recorded, String previous) {
        var text = "{\"seq\":" + recorded.seq() + ",\"at\":\"" + recorded.at() + "\",\"fact\":"
                + FACTS.writeValueAsString(recorded.fact()) + "}";
        return new Entry(recorded.seq(), text, previous, hash(previous, text));
    }

    /** Reads the fact; throws {@link BrokenJournalException} for text that this version does not understand. */
    public Recorded recorded() {
        try {
            var envelope = Json.MAPPER.readValue(text, Envelope.class);
            return new Recorded(envelope.seq(), envelope.at(), envelope.fact());
        } catch (JacksonException e) {
            throw new BrokenJournalException("entry " + seq + " cannot be read: " + e.getOriginalMessage());
        }
    }

    /** Whether text and hash belong together and follow the given hash. */
    public boolean follows(String hashBefore) {
        return previous.equals(hashBefore) && hash.equals(hash(previous, text));
    }

    /** This entry as a line of {@code journal.ndjson}, without the line's end. */
    public String line() {
        return text.substring(0, text.length() - 1) + ",\"previous\":\"" + previous + "\",\"hash\":\"" + hash + "\"}";
    }

    /** Reads a line of {@code journal.ndjson}; whether it is in its place is checked by {@link #follows}. */
    public static Entry ofLine(String line, int number) {
        var entry = stored(line)
                .orElseThrow(() -> new BrokenJournalException("line " + number + " is not an entry of a journal"));
        if (!entry.follows(entry.previous())) {
            throw new BrokenJournalException("line " + number + " was changed: its hash does not fit its text");
        }
        return entry;
    }

    /** Takes a line apart without checking its hash. */
    static Optional<Entry> stored(String line) {
        var matched = LINE.matcher(line);
        return matched.matches()
                ? Optional.of(new Entry(
                        Long.parseLong(matched.group(2)), matched.group(1) + "}", matched.group(3), matched.group(4)))
                : Optional.empty();
    }

    private static String hash(String previous, String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(previous.getBytes(StandardCharsets.US_ASCII));
            return HEX.formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
