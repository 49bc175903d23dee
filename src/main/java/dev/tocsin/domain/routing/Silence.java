package dev.tocsin.domain.routing;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import java.time.Instant;
import java.util.List;

/** A silence of an Alertmanager. */
public record Silence(
        String id, List<Matcher> matchers, String createdBy, String comment, Instant startsAt, Instant endsAt) {
    public Silence {
        matchers = List.copyOf(matchers);
    }

    public boolean mutes(Labels labels) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels));
    }
}
