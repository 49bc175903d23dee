package dev.tocsin.observe;

import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.doctor.AlertmanagerSeen;
import dev.tocsin.domain.doctor.PrometheusSeen;
import dev.tocsin.domain.doctor.PrometheusSeen.Recipient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at Prometheus and every Alertmanager as a whole, not for the sake of any alert. Calls block. */
public final class Wires {
    private final Optional<HttpSource> prometheus;
    private final List<HttpSource> alertmanagers;
    private final InstantSource clock;

    Wires(Optional<HttpSource> prometheus, List<HttpSource> alertmanagers, InstantSource clock) {
        this.prometheus = prometheus;
        this.alertmanagers = List.copyOf(alertmanagers);
        this.clock = clock;
    }

    /** Prometheus; empty when none is configured. */
    public Optional<PrometheusSeen> prometheus() throws InterruptedException {
        return prometheus.isPresent() ? Optional.of(look(prometheus.get())) : Optional.empty();
    }

    private PrometheusSeen look(HttpSource source) throws InterruptedException {
        var api = new PrometheusApi(source);
        var about = api.about(clock);
        var configured = alertmanagers.stream().map(HttpSource::toString).toList();
        if (about.answers()) {
            try {
                return new PrometheusSeen(
                        source.toString(),
                        about,
                        api.rules(),
                        api.targets(_ -> true),
                        recipients(api.notifier().alertmanagers()),
                        configured);
            } catch (IOException | RuntimeException e) {
                about = Lookout.silent(about, e);
            }
        }
        return new PrometheusSeen(source.toString(), about, List.of(), List.of(), List.of(), configured);
    }

    /** Every configured Alertmanager. */
    public List<AlertmanagerSeen> alertmanagers() throws InterruptedException {
        var all = new ArrayList<AlertmanagerSeen>();
        for (var source : alertmanagers) {
            all.add(lookAt(source));
        }
        return all;
    }

    private AlertmanagerSeen lookAt(HttpSource source) throws InterruptedException {
        var api = new AlertmanagerApi(source);
        var about = api.about(clock);
        if (about.answers()) {
            try {
                return new AlertmanagerSeen(
                        source.toString(),
                        about,
                        Optional.of(Lookout.read(api.name(), api.status())),
                        Optional.of(api.silences()));
            } catch (IOException | RuntimeException e) {
                about = Lookout.silent(about, e);
            }
        }
        return new AlertmanagerSeen(source.toString(), about, Optional.empty(), Optional.empty());
    }

    /**
     * Tells which of those that Prometheus sends to is which of ours. Names differ where one side has a Service and the
     * other the pods behind it, so in the end they are known by the moment at which they started.
     */
    private List<Recipient> recipients(List<String> urls) throws InterruptedException {
        var started = new HashMap<String, Instant>();
        for (var source : alertmanagers) {
            new AlertmanagerApi(source).about(clock).startedAt().ifPresent(at -> started.put(source.toString(), at));
        }
        var recipients = new ArrayList<Recipient>();
        for (var url : urls) {
            recipients.add(recipient(url, started));
        }
        return recipients;
    }

    private Recipient recipient(String url, Map<String, Instant> started) throws InterruptedException {
        var base = URI.create(url.replaceFirst("/api/v[12]/alerts$", ""));
        if (base.getHost() == null) {
            return new Recipient(url, Optional.empty(), "an address that cannot be read"); // Java knows no host_name
        }
        for (var source : alertmanagers) {
            if (samePlace(base, URI.create(source.toString()))) {
                return new Recipient(url, Optional.of(source.toString()), "the same address");
            }
        }
        var about = about(base);
        if (!about.answers()) {
            return new Recipient(url, Optional.empty(), "no address of ours, and asked from here: " + about.detail());
        }
        return started.entrySet().stream()
                .filter(entry -> about.startedAt().equals(Optional.of(entry.getValue())))
                .findFirst()
                .map(entry -> new Recipient(
                        url, Optional.of(entry.getKey()), "the same process, started at " + entry.getValue()))
                .orElseGet(() -> new Recipient(url, Optional.empty(), "another Alertmanager"));
    }

    /** Asked without credentials of ours: nobody but Prometheus vouches for the address. */
    private Sight.SourceSeen about(URI base) throws InterruptedException {
        try {
            return new AlertmanagerApi(new HttpSource(base, Optional.empty(), Optional.empty())).about(clock);
        } catch (IOException e) {
            throw new IllegalStateException("without certificates there is nothing to read", e);
        }
    }

    private static boolean samePlace(URI one, URI other) {
        if (port(one) != port(other)) {
            return false;
        }
        return one.getHost().equals(other.getHost()) || addresses(one).stream().anyMatch(addresses(other)::contains);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    private static Set<InetAddress> addresses(URI uri) {
        try {
            return Set.copyOf(List.of(InetAddress.getAllByName(uri.getHost())));
        } catch (UnknownHostException _) {
            return Set.of();
        }
    }
}
