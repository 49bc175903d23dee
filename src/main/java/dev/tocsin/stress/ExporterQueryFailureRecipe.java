package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.MonitoringStimulus.ExporterQueryFailure;
import java.util.List;

/** Renames a scratch relation under the exporter's query. */
record ExporterQueryFailureRecipe(ExporterQueryFailure failure) implements Recipe {
    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var relation = ScratchRelation.of(place.control(), failure.relation());
        relation.requireOwner(place.control(), place.role());
        if (!place.control().truth("SELECT has_schema_privilege($1, 'create')", relation.schema())) {
            throw new StressException(
                    "the role " + place.role() + " lacks CREATE on schema " + relation.schema()
                            + ", without which nothing in it can be renamed",
                    "GRANT CREATE ON SCHEMA " + relation.schema() + " TO " + Sql.quoted(place.role()));
        }
        return List.of(new Leftover.Renamed(relation.schema(), relation.name(), place.unique()));
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException {
        var relation = ScratchRelation.of(place.control(), failure.relation());
        relation.rename(place.control(), place.unique());
        if (relation.isThere(place.control())) {
            throw new StressException("there is a " + relation + " again, so the exporter's query goes on");
        }
        return new Effect.Measured(
                List.of(new Effect.Figure("relation is gone that the exporter reads: " + relation, 1)));
    }
}
