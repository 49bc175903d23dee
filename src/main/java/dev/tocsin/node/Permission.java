package dev.tocsin.node;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/**
 * When an agent may restart its node.
 *
 * @param from the time of day from which it may, until {@code until}; equal means the whole day
 * @param interval the least time between two restarts of any node, and since this node's own boot
 */
public record Permission(Set<DayOfWeek> days, LocalTime from, LocalTime until, ZoneId zone, Duration interval) {
    /** The label by which a node's owner agrees, and its value. */
    public static final String LABEL = "tocsin.dev/node-restart";

    public static final String ALLOWED = "allowed";

    /** No request is good for longer, whoever signed it. */
    private static final Duration LONGEST_VALIDITY = Duration.ofMinutes(5);

    private static final Duration SKEW = Duration.ofSeconds(10);

    public Permission {
        days = Set.copyOf(days);
    }

    /** What an agent knows when it decides. */
    record Moment(
            Instant now,
            String node,
            String bootId,
            Optional<String> label,
            Duration up,
            Optional<Instant> lastRestart) {}

    /** Why a request whose signature is right is refused; empty when it is not. */
    Optional<String> refusal(RestartRequest request, Moment moment) {
        var local = moment.now().atZone(zone);
        if (!request.node().equals(moment.node())) {
            return Optional.of("it is for node " + request.node());
        }
        if (!request.bootId().equals(moment.bootId())) {
            return Optional.of("it is for boot " + request.bootId() + ", and this is " + moment.bootId());
        }
        if (!moment.now().isBefore(request.expires())) {
            return Optional.of("it expired at " + request.expires());
        }
        if (request.issued().isAfter(moment.now().plus(SKEW))) {
            return Optional.of("it is from the future, " + request.issued() + "; compare the clocks");
        }
        if (Duration.between(request.issued(), request.expires()).compareTo(LONGEST_VALIDITY) > 0) {
            return Optional.of("it is good for longer than " + LONGEST_VALIDITY.toMinutes() + " min");
        }
        if (!moment.label().equals(Optional.of(ALLOWED))) {
            return Optional.of("the node has no label " + LABEL + "=" + ALLOWED);
        }
        if (!days.contains(local.getDayOfWeek()) || !inHours(local.toLocalTime())) {
            return Optional.of("not now: allowed on " + days.stream().sorted().toList() + " from " + from + " to "
                    + until + " " + zone);
        }
        if (moment.up().compareTo(interval) < 0) {
            return Optional.of("the node booted only " + moment.up().toSeconds() + " s ago; " + interval.toSeconds()
                    + " s must have passed");
        }
        return moment.lastRestart()
                .map(last -> Duration.between(last, moment.now()))
                .filter(since -> since.compareTo(interval) < 0)
                .map(since -> "a node was restarted only " + since.toSeconds() + " s ago; " + interval.toSeconds()
                        + " s must have passed");
    }

    /** Hours may reach over midnight. */
    private boolean inHours(LocalTime time) {
        if (from.equals(until)) {
            return true;
        }
        return from.isBefore(until)
                ? !time.isBefore(from) && time.isBefore(until)
                : !time.isBefore(from) || time.isBefore(until);
    }
}
