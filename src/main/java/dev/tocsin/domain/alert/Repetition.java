package dev.tocsin.domain.alert;

import java.util.ArrayDeque;
import java.util.regex.Pattern;

/**
 * How often a regular expression repeats a part of itself, repetitions within repetitions multiplied.
 *
 * <p>Go refuses more than 1000 and RE2J does not, but writes every repetition out: twenty characters fill the memory.
 */
final class Repetition {
    static final int MOST = 1000;

    /** Braces around a number with a zero before it are no count, but stand for themselves. */
    private static final Pattern COUNT = Pattern.compile("\\{(0|[1-9]\\d{0,8})(,(0|[1-9]\\d{0,8}|))?}");

    private static final Pattern QUOTED = Pattern.compile("(?s)\\\\Q.*?(?:\\\\E|$)");
    private static final Pattern ESCAPED = Pattern.compile("(?s)\\\\(?:[pPx]\\{[^}]*}|.)");
    private static final Pattern CHARACTERS =
            Pattern.compile("(?s)\\[\\^?]?(?:\\[:\\^?\\w*:]|\\\\(?:[pPx]\\{[^}]*}|.)|[^]\\\\])*+]");

    private final String regex;
    private final ArrayDeque<Long> outer = new ArrayDeque<>();
    private int at;

    /** The most of any part of the group that is open. */
    private long most = 1;

    /** Of the part just read, which a count may follow. */
    private long last = 1;

    private boolean tooMuch;

    private Repetition(String regex) {
        this.regex = regex;
    }

    /** Means nothing when it is no regular expression, which is for others to say. */
    static boolean isTooMuch(String regex) {
        return new Repetition(regex).isTooMuch();
    }

    private boolean isTooMuch() {
        while (at < regex.length() && !tooMuch) {
            if (!count()) {
                part();
            }
        }
        return tooMuch;
    }

    private void part() {
        if (read(QUOTED) || read(ESCAPED) || read(CHARACTERS)) {
            next();
            return;
        }
        switch (regex.charAt(at++)) {
            case '(' -> {
                next();
                outer.push(most);
                most = 1;
            }
            case ')' -> {
                last = Math.max(most, last);
                most = outer.isEmpty() ? 1 : outer.pop();
            }
            case '*', '+', '?' -> {} // no count, and what it follows counts as before
            default -> next();
        }
    }

    /** Only now is it known that no count follows the part before. */
    private void next() {
        most = Math.max(most, last);
        last = 1;
    }

    private boolean count() {
        var count = COUNT.matcher(regex).region(at, regex.length());
        if (!count.lookingAt()) {
            return false;
        }
        at = count.end();
        var least = Long.parseLong(count.group(1));
        var upTo = count.group(2) == null ? count.group(1) : count.group(3);
        var times = upTo.isEmpty() ? Math.max(least, 1) : Long.parseLong(upTo);
        last = last * times;
        tooMuch = last > MOST;
        return true;
    }

    private boolean read(Pattern part) {
        var found = part.matcher(regex).region(at, regex.length());
        if (!found.lookingAt()) {
            return false;
        }
        at = found.end();
        return true;
    }
}
