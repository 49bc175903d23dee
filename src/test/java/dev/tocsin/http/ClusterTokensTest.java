package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.KnownTokens;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is remembered of an answer, and for how long. */
final class ClusterTokensTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // a clock may begin anywhere, and wrap
    private final KnownTokens cluster = new KnownTokens();
    private final ClusterTokens tokens = new ClusterTokens(cluster, "tocsin", "here", nanos::get);

    private Optional<Role> role(String token) {
        return tokens.ask(token, Secrets.sha256Hex(token)).role();
    }

    @Test
    void theRoleFollowsFromTheRules() {
        cluster.allow(cluster.token("o", "tocsin", "ci", "operator"), "here", "create");
        cluster.allow(cluster.token("v", "tocsin", "ci", "viewer"), "here", "get");
        cluster.allow(cluster.token("e", "tocsin", "ci", "elsewhere"), "there", "get", "create");

        assertThat(role("o")).contains(Role.OPERATOR);
        assertThat(role("v")).contains(Role.VIEWER);
        assertThat(role("e")).isEmpty();
        assertThat(tokens.ask("x", Secrets.sha256Hex("x")).name()).isEmpty();
    }

    @Test
    void anAnswerIsGoodForTenSeconds() {
        var _ = cluster.token("v", "tocsin", "ci", "viewer");
        var hash = Secrets.sha256Hex("v");
        assertThat(tokens.remembered(hash)).isEmpty();
        var answer = tokens.ask("v", hash);

        nanos.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
        assertThat(tokens.remembered(hash)).contains(answer);

        nanos.addAndGet(1);
        assertThat(tokens.remembered(hash)).isEmpty();
    }

    @Test
    void aNoIsRememberedTooAndNoAnswerIsNot() {
        var hash = Secrets.sha256Hex("x");
        cluster.away(true);
        assertThatThrownBy(() -> tokens.ask("x", hash)).isInstanceOf(ClusterException.class);
        assertThat(tokens.remembered(hash)).isEmpty();

        cluster.away(false);
        var answer = tokens.ask("x", hash);

        assertThat(answer.name()).isEmpty();
        assertThat(tokens.remembered(hash)).contains(answer);
    }

    @Test
    void whoIsAwayIsToldOfOnce() {
        try (var log = new HeardLog()) {
            cluster.away(true);
            for (var token : new String[] {"a", "b", "c"}) {
                assertThatThrownBy(() -> role(token)).isInstanceOf(ClusterException.class);
            }
            cluster.away(false);
            assertThat(role("a")).isEmpty();

            assertThat(log.lines())
                    .extracting(line -> line.path("message").asString())
                    .containsExactly(
                            "Kubernetes does not tell whose a token is", "Kubernetes tells again whose tokens are");
        }
    }

    @Test
    void whoeverSendsManyTokensFillsNothing() {
        for (var i = 0; i < 10_001; i++) {
            var _ = role("wrong" + i);
        }
        assertThat(tokens.remembered(Secrets.sha256Hex("wrong9999"))).isPresent();
        assertThat(tokens.remembered(Secrets.sha256Hex("wrong10000"))).isEmpty();

        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        var _ = role("wrong10000");
        assertThat(tokens.remembered(Secrets.sha256Hex("wrong10000"))).isPresent();
    }
}
