package dev.tocsin.runs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tocsin.coverage.Survey;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.RuleVersion;
import dev.tocsin.domain.coverage.Coverage;
import dev.tocsin.domain.coverage.RuleCoverage;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.verdict.RuleTrial;
import dev.tocsin.http.Answers;
import dev.tocsin.http.ApiDoor;
import dev.tocsin.http.Blocking;
import dev.tocsin.http.Problem;
import dev.tocsin.http.Role;
import dev.tocsin.json.Json;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which of the deployed alerting rules are known to ring. */
public final class CoverageRoutes {

    /**
     * The rules that are loaded now.
     *
     * @param counts how many rules have each status
     */
    record CoverageDocument(
            Instant checkedAt, Duration expiresAfter, Map<String, Long> counts, List<RuleDocument> rules) {
        static CoverageDocument of(Coverage coverage) {
            var counts = new TreeMap<String, Long>();
            coverage.counts().forEach((status, count) -> counts.put(lower(status), count));
            return new CoverageDocument(
                    coverage.at(),
                    coverage.expiresAfter(),
                    counts,
                    coverage.rules().stream()
                            .map(rule -> RuleDocument.of(rule, coverage.expiresAfter()))
                            .toList());
        }
    }

    /** A rule, as a rule file writes it, and what is known of it. */
    record RuleDocument(
            String name,
            String group,
            String expr,
            @JsonProperty("for") Duration holdFor,
            Duration keepFiringFor,
            Labels labels,
            String hash,
            String status,
            Optional<ProofDocument> lastProof,
            Optional<TrialDocument> lastTrial,
            List<String> scenarios,
            List<String> notes) {
        static RuleDocument of(RuleCoverage covered, Duration expiresAfter) {
            var rule = covered.rule();
            return new RuleDocument(
                    rule.name(),
                    rule.group(),
                    rule.query(),
                    rule.holdFor(),
                    rule.keepFiringFor(),
                    rule.labels(),
                    hashOf(rule.version()),
                    lower(covered.status()),
                    covered.proof().map(trial -> ProofDocument.of(trial, expiresAfter)),
                    covered.trial().map(TrialDocument::of),
                    covered.scenarios(),
                    covered.notes());
        }
    }

    /**
     * The last time that it rang when it had to.
     *
     * @param hash of the rule as it was then
     */
    record ProofDocument(RunId run, String scenario, Instant at, Instant expiresAt, String hash) {
        static ProofDocument of(RuleTrial trial, Duration expiresAfter) {
            return new ProofDocument(
                    trial.run(), trial.scenario(), trial.at(), trial.at().plus(expiresAfter), hashOf(trial.rule()));
        }
    }

    /** The last time that it had to ring. */
    record TrialDocument(RunId run, String scenario, Instant at, String result) {
        static TrialDocument of(RuleTrial trial) {
            return new TrialDocument(trial.run(), trial.scenario(), trial.at(), lower(trial.result()));
        }
    }

    private final Vertx vertx;
    private final Survey survey;
    private final ApiDoor door;

    public CoverageRoutes(Vertx vertx, Survey survey, ApiDoor door) {
        this.vertx = vertx;
        this.survey = survey;
        this.door = door;
    }

    /** Puts the routes on a router. */
    public void mount(Router router) {
        router.get("/api/v1/coverage").handler(door.require(Role.VIEWER)).handler(this::show);
    }

    private void show(RoutingContext request) {
        Blocking.answer(
                vertx, request, this::take, coverage -> Answers.json(request, 200, CoverageDocument.of(coverage)));
    }

    private Coverage take() throws IOException, InterruptedException {
        try {
            return survey.take();
        } catch (Survey.RulesUnknownException e) {
            throw Problem.prometheusUnavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Of what decides whether it rings, in the one form in which we write it. */
    private static String hashOf(RuleVersion rule) {
        return RunRoutes.digest(Json.MAPPER.writeValueAsString(rule));
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
