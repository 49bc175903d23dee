package dev.tocsin.json;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tocsin.domain.alert.Alert;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Notification;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Alertmanager's webhook body, version 4. Keys it does not know are ignored, for every release adds some; everything
 * else about it is read strictly, because what cannot be read must be refused and not half kept.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AlertmanagerMessage(
        @Nullable String version,
        @Nullable String receiver,
        @Nullable String groupKey,
        @JsonProperty("notification_reason") @Nullable String reason,
        @Nullable Long truncatedAlerts,
        @Nullable List<@Nullable Item> alerts) {

    private static final String VERSION = "4";

    /** What stands in a text for bytes that were no UTF-8, and now and then for itself. */
    private static final char REPLACED = '\uFFFD';

    private static final ObjectReader LENIENT = JsonMapper.builder().build().readerFor(AlertmanagerMessage.class);

    /** One alert of the body. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Item(
            @Nullable String status,
            @Nullable SortedMap<String, @Nullable String> labels,
            @Nullable SortedMap<String, @Nullable String> annotations,
            @Nullable String startsAt,
            @Nullable String endsAt) {}

    /** A body that can never be read, however often it is sent. */
    public static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String why;

        UnreadableException(String why) {
            super(why);
            this.why = why;
        }

        UnreadableException(String why, Throwable cause) {
            super(why, cause);
            this.why = why;
        }

        /** What is wrong with the body, for whoever sent it. */
        public String why() {
            return why;
        }
    }

    /** Reads a body; the notification keeps it exactly. */
    public static Notification read(byte[] body) throws UnreadableException {
        return read(text(body), body);
    }

    /** Reads a body that was kept as text. */
    static Notification read(String body) throws UnreadableException {
        return read(body, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Notification read(String text, byte[] bytes) throws UnreadableException {
        // Jackson reads bytes a quarter faster than text, but guesses an encoding from a mark or NULs at their
        // beginning.
        if (text.startsWith("\uFEFF") || text.indexOf('\0') >= 0) {
            return unreadable("not a webhook body of Alertmanager: JSON has neither byte order mark nor NUL");
        }
        AlertmanagerMessage message;
        try {
            message = LENIENT.readValue(bytes);
        } catch (JacksonException e) {
            throw new UnreadableException("not a webhook body of Alertmanager: " + e.getOriginalMessage(), e);
        }
        return message == null ? unreadable("the body is null") : message.notification(text);
    }

    private static String text(byte[] body) throws UnreadableException {
        var text = new String(body, StandardCharsets.UTF_8);
        // Four times as fast as the decoder that refuses, which is asked only when something may have been replaced.
        if (text.indexOf(REPLACED) >= 0) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(body))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new UnreadableException("the body is not UTF-8", e);
            }
        }
        return text;
    }

    private Notification notification(String raw) throws UnreadableException {
        if (version == null) {
            return unreadable(
                    "there is no \"version\"; Alertmanager sends \"4\" unless the receiver sets a custom payload");
        }
        if (!VERSION.equals(version)) {
            return unreadable("version \"" + version + "\" is not \"4\"; a custom payload cannot be read");
        }
        if (receiver == null || groupKey == null || alerts == null) {
            return unreadable("\"receiver\", \"groupKey\" or \"alerts\" is missing");
        }
        var read = new ArrayList<Alert>(alerts.size());
        for (var i = 0; i < alerts.size(); i++) {
            read.add(alert(alerts.get(i), i));
        }
        return new Notification(
                unescaped(receiver),
                groupKey,
                Optional.ofNullable(reason),
                read,
                truncatedAlerts == null ? 0 : truncatedAlerts,
                raw);
    }

    private static Alert alert(@Nullable Item item, int index) throws UnreadableException {
        if (item == null || item.labels() == null || item.labels().isEmpty()) {
            return unreadable("alerts[" + index + "] has no labels");
        }
        var status = switch (item.status()) {
            case "firing" -> Alert.Status.FIRING;
            case "resolved" -> Alert.Status.RESOLVED;
            case null, default ->
                throw new UnreadableException(
                        "alerts[" + index + "].status is \"" + item.status() + "\", neither firing nor resolved");
        };
        var startsAt = time(item.startsAt(), index, "startsAt")
                .orElseThrow(() -> new UnreadableException("alerts[" + index + "] has no startsAt"));
        var endsAt = status == Alert.Status.FIRING ? Optional.<Instant>empty() : time(item.endsAt(), index, "endsAt");
        return new Alert(
                status,
                new Labels(texts(item.labels(), index, "labels")),
                texts(item.annotations(), index, "annotations"),
                startsAt,
                endsAt);
    }

    @SuppressWarnings("NullAway") // no value is null once each was looked at
    private static SortedMap<String, String> texts(
            @Nullable SortedMap<String, @Nullable String> pairs, int index, String key) throws UnreadableException {
        if (pairs == null) {
            return Collections.emptySortedMap();
        }
        for (var pair : pairs.entrySet()) {
            if (pair.getValue() == null) {
                throw new UnreadableException("alerts[" + index + "]." + key + "." + pair.getKey() + " is null");
            }
        }
        return pairs;
    }

    /** A time, or nothing for Go's zero time, which Alertmanager writes for "not yet". */
    private static Optional<Instant> time(@Nullable String text, int index, String key) throws UnreadableException {
        if (text == null || text.startsWith("0001-01-01T")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Rfc3339.parse(text));
        } catch (DateTimeParseException e) {
            throw new UnreadableException("alerts[" + index + "]." + key + " is no time: \"" + text + "\"", e);
        }
    }

    /** Alertmanager sends the receiver's name through Go's regexp.QuoteMeta: {@code web.hook} arrives as {@code web\.hook}. */
    private static String unescaped(String receiver) {
        return receiver.indexOf('\\') < 0 ? receiver : receiver.replaceAll("\\\\(.)", "$1");
    }

    private static <T> T unreadable(String why) throws UnreadableException {
        throw new UnreadableException(why);
    }
}
