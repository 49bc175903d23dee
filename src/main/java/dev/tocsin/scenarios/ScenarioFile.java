package dev.tocsin.scenarios;

import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.scenario.Bracket;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.Deadline;
import dev.tocsin.domain.scenario.Described;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Level;
import dev.tocsin.domain.scenario.MonitoringStimulus;
import dev.tocsin.domain.scenario.Movement;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.scenario.ServerStimulus;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.TableStimulus;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A scenario as its file is written; the JSON Schema is made from these records. */
@Described("What to do to which PostgreSQL, and which alerts must ring.")
record ScenarioFile(
        @Described("tocsin.dev/v1alpha1") String apiVersion,
        @Described("Scenario") String kind,
        Metadata metadata,
        Spec spec) {

    static final String API_VERSION = "tocsin.dev/v1alpha1";
    static final String KIND = "Scenario";

    /** Every kind of stimulus, as it is written. */
    static final List<String> KINDS = kinds(StressItem.class);

    /** Those of them that may be on in the background. */
    static final List<String> BACKGROUND_KINDS = kinds(BackgroundItem.class);

    private static List<String> kinds(Class<? extends Record> item) {
        return Arrays.stream(item.getRecordComponents())
                .filter(component -> component.getGenericType().getTypeName().contains("Stimulus"))
                .map(RecordComponent::getName)
                .toList();
    }

    record Metadata(
            @Described(
                    value = "Lower-case letters, digits and dashes; unique among the loaded scenarios.",
                    example = "connection-saturation")
            String name,

            @Described("Labels, as on any Kubernetes object.")
            Map<String, String> labels,

            @Described("The one place for keys of your own.")
            Map<String, String> annotations) {}

    record Spec(
            @Described("One line for people.") Optional<String> title,
            @Described("As long as you like.") Optional<String> description,
            @Described("Who answers for it.") Optional<String> owner,
            @Described("Where the runbook is.") Optional<String> runbook,

            @Described(value = "Controls that this scenario is evidence for.", example = "SOC2-CC7.2")
            List<String> controls,

            @Described("The configured target; may be left out when there is only one.")
            Optional<String> target,

            @Described("Names and values for ${name} anywhere in this file; a run may set others.")
            Map<String, String> parameters,

            @Described(
                    value = "Parameters of a control, which is a run below the threshold: the same alerts must stay"
                            + " silent. Default: half of each size.",
                    example = "{ fill: 70% }")
            Map<String, String> control,

            @Described(
                    value = "Steps of one parameter, from low to high, between which the alerts should begin to ring.",
                    example = "fill=79%,81%,96%")
            Optional<Bracket> bracket,

            @Described(
                    "Loads that are on from before the baseline until the end of the run; no alert is caused by one.")
            List<BackgroundItem> background,

            @Described("What is done, in order of `at`.") List<StressItem> stress,
            @Described("What must be seen.") Expect expect,
            Optional<Guards> guards) {}

    /** Only what goes on by itself for as long as it is on. */
    record BackgroundItem(
            @Described("Default: its kind.") Optional<String> name,
            Optional<SessionStimulus.ConnectionFlood> connectionFlood,
            Optional<SessionStimulus.SleepLoad> sleepLoad,
            Optional<SessionStimulus.IdleInTransaction> idleInTransaction,
            Optional<SessionStimulus.LockHoard> lockHoard,
            Optional<SessionStimulus.LockWaits> lockWaits,
            Optional<SessionStimulus.DeadlockStorm> deadlockStorm,
            Optional<SessionStimulus.RollbackStorm> rollbackStorm,
            Optional<SessionStimulus.CommitStorm> commitStorm,
            Optional<SessionStimulus.StatementTimeoutStorm> statementTimeoutStorm,
            Optional<SessionStimulus.Workload> workload) {

        List<SessionStimulus> stimuli() {
            return Stream.of(
                            connectionFlood,
                            sleepLoad,
                            idleInTransaction,
                            lockHoard,
                            lockWaits,
                            deadlockStorm,
                            rollbackStorm,
                            commitStorm,
                            statementTimeoutStorm,
                            workload)
                    .flatMap(kind -> kind.stream().map(SessionStimulus.class::cast))
                    .toList();
        }
    }

    record StressItem(
            @Described("Default: its kind.") Optional<String> name,

            @Described(value = "How long after the beginning of the stress it starts.", ifAbsent = "0s")
            Duration at,

            @Described(
                    value = "How long it is kept up: untilDelivered (until every alert it must cause was delivered"
                            + " or missed its deadline) or a duration.",
                    ifAbsent = Hold.UNTIL_DELIVERED)
            Hold hold,

            Optional<SessionStimulus.ConnectionFlood> connectionFlood,
            Optional<SessionStimulus.SleepLoad> sleepLoad,
            Optional<SessionStimulus.IdleInTransaction> idleInTransaction,
            Optional<SessionStimulus.LockHoard> lockHoard,
            Optional<SessionStimulus.LockWaits> lockWaits,
            Optional<SessionStimulus.DeadlockStorm> deadlockStorm,
            Optional<SessionStimulus.RollbackStorm> rollbackStorm,
            Optional<SessionStimulus.CommitStorm> commitStorm,
            Optional<SessionStimulus.StatementTimeoutStorm> statementTimeoutStorm,
            Optional<SessionStimulus.TransactionIdAge> transactionIdAge,
            Optional<SessionStimulus.Workload> workload,
            Optional<SessionStimulus.Lull> lull,
            Optional<TableStimulus.DeadTuples> deadTuples,
            Optional<TableStimulus.Bloat> bloat,
            Optional<TableStimulus.StaleVacuum> staleVacuum,
            Optional<TableStimulus.InvalidIndex> invalidIndex,
            Optional<TableStimulus.ColdScan> coldScan,
            Optional<TableStimulus.IndexScans> indexScans,
            Optional<TableStimulus.TemporaryFiles> temporaryFiles,
            Optional<TableStimulus.SequenceExhaustion> sequenceExhaustion,
            Optional<TableStimulus.RowFlood> rowFlood,
            Optional<TableStimulus.DiskFill> diskFill,
            Optional<ServerStimulus.WalBurst> walBurst,
            Optional<ServerStimulus.CheckpointStorm> checkpointStorm,
            Optional<ServerStimulus.ArchiverFailure> archiverFailure,
            Optional<ServerStimulus.UnusedSlot> unusedSlot,
            Optional<ServerStimulus.SettingChange> settingChange,
            Optional<ServerStimulus.ReplayPause> replayPause,
            Optional<ServerStimulus.StandbyDetach> standbyDetach,
            Optional<ServerStimulus.StandbyPromotion> standbyPromotion,
            Optional<ServerStimulus.SubscriptionFailure> subscriptionFailure,
            Optional<MonitoringStimulus.ExporterLockout> exporterLockout,
            Optional<MonitoringStimulus.ExporterQueryFailure> exporterQueryFailure,
            Optional<MonitoringStimulus.ExporterSlowdown> exporterSlowdown,
            Optional<MonitoringStimulus.NetworkIsolation> networkIsolation,
            Optional<ClusterStimulus.PodKill> podKill,
            Optional<ClusterStimulus.NodeRestart> nodeRestart) {

        List<Stimulus> stimuli() {
            return Stream.of(
                            connectionFlood,
                            sleepLoad,
                            idleInTransaction,
                            lockHoard,
                            lockWaits,
                            deadlockStorm,
                            rollbackStorm,
                            commitStorm,
                            statementTimeoutStorm,
                            transactionIdAge,
                            workload,
                            lull,
                            deadTuples,
                            bloat,
                            staleVacuum,
                            invalidIndex,
                            coldScan,
                            indexScans,
                            temporaryFiles,
                            sequenceExhaustion,
                            rowFlood,
                            diskFill,
                            walBurst,
                            checkpointStorm,
                            archiverFailure,
                            unusedSlot,
                            settingChange,
                            replayPause,
                            standbyDetach,
                            standbyPromotion,
                            subscriptionFailure,
                            exporterLockout,
                            exporterQueryFailure,
                            exporterSlowdown,
                            networkIsolation,
                            podKill,
                            nodeRestart)
                    .flatMap(kind -> kind.stream().map(Stimulus.class::cast))
                    .toList();
        }
    }

    record Expect(
            @Described("Alerts that must ring; a bare name means that alert name.")
            List<AlertItem> alerts,

            @Described("Alerts that must stay silent for the whole run.")
            List<Matchers> never,

            @Described(value = "What any other alert that begins in the run means.", ifAbsent = "warn")
            Scenario.Unexpected unexpected,

            @Described("Signals that people would see on a dashboard, and what they must do.")
            List<SignalItem> signals,

            Optional<Durability> durability) {}

    record SignalItem(
            @Described(value = "Unique among the signals.", example = "connections")
            Optional<String> name,

            @Described(value = "Its expression; each series of it is judged.", example = "sum(pg_stat_activity_count)")
            Optional<String> promql,

            @Described(
                    value = "The JSON of a Grafana dashboard instead: each query of each panel must show fresh data.",
                    example = "dashboards/postgresql.json")
            Optional<String> dashboard,

            @Described("Titles of the panels of the dashboard that must move.")
            List<String> panels,

            @Described("Values for variables of the dashboard, in the place of those it was saved with.")
            Map<String, String> variables,

            @Described("The stimulus that must move it. Default: the first.")
            Optional<String> causedBy,

            @Described("While the stimulus is on, any series is there once.")
            Optional<Level.Compared> reaches,

            @Described("While the stimulus is on, any series leaves what it was before by more than its noise.")
            Optional<Movement> moves,

            @Described("Every series is there from the start of the stimulus to the end of the run.")
            Optional<Level> stays,

            @Described("After the release every series comes to be there.")
            Optional<Level> returnsTo,

            @Described(
                    "From the full effect of the stimulus, or from its release. Default: derived from the expression.")
            Optional<Duration> within) {}

    record AlertItem(
            @Described("Alertmanager matchers; all must hold.")
            Matchers matchers,

            @Described("The stimulus that must cause it. Default: the first.")
            Optional<String> causedBy,

            @Described("Default: derived from what is deployed.")
            Optional<Fires> fires,

            @Described("Default: derived from what is deployed; never-checked leaves it out.")
            Optional<Resolves> resolves,

            @Described(value = "Annotations that must be there.", example = "runbook_url")
            List<String> annotations,

            @Described("Alertmanager receivers it must be delivered to.")
            List<String> receivers) {

        static AlertItem of(String text) {
            return new AlertItem(
                    Matchers.parse(text), Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());
        }
    }

    record Fires(
            @Described(value = "From the start of the stimulus.", example = "2m")
            Duration within) {}

    record Resolves(
            @Described(value = "From the release of the stimulus.", example = "5m")
            Optional<Duration> within) {
        static final String NEVER_CHECKED = Deadline.NEVER_CHECKED;

        static Resolves of(String text) {
            if (!text.equals(NEVER_CHECKED)) {
                throw new IllegalArgumentException("write {within: 5m} or " + NEVER_CHECKED + ", not \"" + text + "\"");
            }
            return new Resolves(Optional.empty());
        }

        Deadline deadline() {
            return within.<Deadline>map(Deadline.Within::new).orElse(new Deadline.NeverChecked());
        }
    }

    record Guards(
            @Described(value = "When a run is stopped, whatever it is doing.", ifAbsent = "15m")
            Duration maxDuration) {
        static final Duration DEFAULT_MAX_DURATION = Duration.ofMinutes(15);
    }
}
