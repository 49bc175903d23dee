package dev.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What every lease keeps: one holder at a time, who hears when it is one no more. */
public abstract class LeaseContract {
    protected static final String NAMESPACE = "lab";
    protected static final String NAME = "tocsin";

    protected abstract Pods pods();

    /** Somebody who does not ask takes it. */
    protected abstract void snatch(String by);

    @Test
    void theSecondWaitsUntilTheFirstGivesItBack() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        var second = pods().lease(NAMESPACE, NAME, "second");
        try (var first = pods().lease(NAMESPACE, NAME, "first")) {
            first.acquire(told::add);
            var waiting = Thread.ofVirtual().start(() -> {
                try {
                    second.acquire(told::add);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(waiting.join(Duration.ofMillis(500))).isFalse();
            first.close();
            assertThat(waiting.join(Patience.MOST)).isTrue();
        } finally {
            second.close();
        }
        assertThat(told).as("nobody lost what was given back").isEmpty();
    }

    @Test
    void whoeverLosesItHearsByWhomOnce() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (var mine = pods().lease(NAMESPACE, NAME, "mine")) {
            mine.acquire(told::add);
            snatch("intruder");
            await().until(() -> !told.isEmpty());
            assertThat(told).singleElement().asString().contains("lost").contains("intruder");
        }
        assertThat(told).hasSize(1);
    }
}
