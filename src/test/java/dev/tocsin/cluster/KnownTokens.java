package dev.tocsin.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cluster of which only its tokens are known, and what their holders may do. */
public final class KnownTokens implements Pods, Reviews {
    private record Known(String audience, Holder holder) {}

    private final Map<String, Known> tokens = new ConcurrentHashMap<>();
    private final Map<String, Set<Deed>> deeds = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean away;

    /** A token of a service account; returns the name of the account. */
    public String token(String token, String audience, String namespace, String account) {
        var holder = "system:serviceaccount:" + namespace + ":" + account;
        var _ = tokens.put(
                token,
                new Known(
                        audience,
                        new Holder(
                                holder,
                                Optional.of("uid-of-" + account),
                                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace),
                                Map.of())));
        return holder;
    }

    /** What the rules let a service account do with the runs of a namespace. */
    public void allow(String holder, String namespace, String... verbs) {
        deeds.put(
                holder,
                Stream.of(verbs)
                        .map(verb -> new Deed(verb, "tocsin.dev", "runs", namespace))
                        .collect(Collectors.toSet()));
    }

    /** The API server does not answer. */
    public void away(boolean gone) {
        away = gone;
    }

    /** How often it was asked whose a token is. */
    public int asked() {
        return asked.get();
    }

    @Override
    public Optional<Holder> holder(String token, String audience) {
        asked.incrementAndGet();
        answer("review a token");
        return Optional.ofNullable(tokens.get(token))
                .filter(known -> known.audience().equals(audience))
                .map(Known::holder);
    }

    @Override
    public boolean allows(Holder holder, Deed deed) {
        answer("ask what the holder of a token may do");
        return deeds.getOrDefault(holder.name(), Set.of()).contains(deed);
    }

    private void answer(String what) {
        if (away) {
            throw new ClusterException("cannot " + what + ": nobody answers", new java.net.ConnectException());
        }
    }

    @Override
    public Reviews reviews() {
        return this;
    }

    @Override
    public void close() {}

    @Override
    public List<Pod> select(PodSelector selector) {
        throw new AssertionError("there are no pods");
    }

    @Override
    public boolean mayI(String verb, String resource, String namespace) {
        throw new AssertionError("there are no pods");
    }

    @Override
    public void delete(Pod pod, Duration gracePeriod) {
        throw new AssertionError("there are no pods");
    }

    @Override
    public void evict(Pod pod, Duration gracePeriod) {
        throw new AssertionError("there are no pods");
    }

    @Override
    public void stop(Pod pod) {
        throw new AssertionError("there are no pods");
    }

    @Override
    public List<String> storage(Pod pod) {
        throw new AssertionError("there are no pods");
    }

    @Override
    public Optional<String> bootId(String node) {
        throw new AssertionError("there are no nodes");
    }

    @Override
    public Nodes nodes() {
        throw new AssertionError("there are no nodes");
    }

    @Override
    public Policies policies() {
        throw new AssertionError("there are no policies");
    }

    @Override
    public Board board(String namespace) {
        throw new AssertionError("there is no board");
    }

    @Override
    public Events events() {
        return event -> {};
    }

    @Override
    public Lease lease(String namespace, String name, String identity) {
        throw new AssertionError("there are no leases");
    }
}
