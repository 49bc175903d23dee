package dev.tocsin.domain.scenario;

import java.time.Duration;

/** What is done to how the server is watched. */
public sealed interface MonitoringStimulus extends Stimulus {

    @Described("Lock the exporter's role out of the server, and end its sessions.")
    record ExporterLockout() implements MonitoringStimulus {
        @Override
        public boolean needsExporter() {
            return true;
        }
    }

    @Described("Let one query of the exporter fail, by renaming a scratch table that it reads.")
    record ExporterQueryFailure(
            @Described(value = "Which table, in a schema of ours.", example = "tocsin.canary")
            String relation) implements MonitoringStimulus {}

    @Described("Let one query of the exporter take long.")
    record ExporterSlowdown(
            @Described(
                    value =
                            "A table in a schema of ours with one column delay, in seconds, which the query sleeps for.",
                    example = "tocsin.canary")
            String relation,

            @Described(value = "How long.", ifAbsent = "700ms")
            Duration delay)
            implements MonitoringStimulus {}

    @Described("Let nobody in to the pod of the database or of its exporter, by a NetworkPolicy.")
    record NetworkIsolation(
            @Described(value = "database or exporter.", example = "exporter")
            Of of) implements MonitoringStimulus {
        /** Who is cut off. */
        public enum Of {
            DATABASE,
            EXPORTER
        }

        @Override
        public boolean needsPod() {
            return of == Of.DATABASE;
        }
    }
}
