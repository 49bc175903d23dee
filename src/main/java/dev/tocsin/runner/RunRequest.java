package dev.tocsin.runner;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.scenario.Scenario;
import java.util.Optional;

/** Somebody asks for a run. */
public record RunRequest(
        Scenario scenario, String requestedBy, Optional<String> reason, Optional<Fact.Idempotency> idempotency) {}
